import { openGate } from './environment.ts'
import { installMatchers } from './matchers/install.ts'

openGate()
installMatchers()

export { createTest, test, type TestFixtures } from './create-test.ts'
export { lastRequest } from './last-request.ts'
export type { AnswerOptions } from './matchers/answers.ts'
export type { RetakeMatchers } from './matchers/install.ts'
export type { TrajectoryOptions, TrajectoryStep } from './matchers/trajectory.ts'
export type { Action, Mode } from './mode.ts'
export type { TestOptions } from './options.ts'
export type { RetakeMeta } from './plan.ts'
export { resend, type ResendOptions, type ResentAnswer } from './resend/resend.ts'
export type { FetchHandler, ResendTarget } from './resend/serve-app.ts'
export type { TestSession } from './test-session.ts'
