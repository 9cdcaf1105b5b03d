import { expect } from 'vitest'
import { type AnswerOptions, toAnswerAsRecorded } from './answers.ts'
import { toCostLessThan, toUseAtMost } from './limits.ts'
import { toHaveCalledTool } from './tool-calls.ts'
import { toMatchTrajectory, type TrajectoryOptions, type TrajectoryStep } from './trajectory.ts'

/** What is asserted of a session, or of what `resend` gives. */
export interface RetakeMatchers {
  /** The tool was called, with this input where one is given. Inputs may hold `expect.objectContaining` and the like. */
  toHaveCalledTool(name: string, input?: unknown): void
  /** All calls together cost less, in USD. An error where nobody knows what they cost. */
  toCostLessThan(usd: number): void
  /** All calls together use at most this many tokens. An error where they do not tell. */
  toUseAtMost(tokens: number): void
  /** The calls are these, such as `['llm', 'tool weather', 'llm']`, no more and no fewer. */
  toMatchTrajectory(trajectory: readonly TrajectoryStep[], options?: TrajectoryOptions): void
  /** The request that was sent again is answered as it was recorded. */
  toAnswerAsRecorded(options?: AnswerOptions): void
}

// An interface of vitest has other type parameters in each major version; this one has none, and vitest's extend it.
declare global {
  namespace Chai {
    interface Assertion extends RetakeMatchers {}
  }
}

/** Teaches `expect` these matchers. */
export function installMatchers(): void {
  expect.extend({
    toHaveCalledTool(received: unknown, name: string, ...input: unknown[]) {
      const equals = (one: unknown, other: unknown) => this.equals(one, other, this.customTesters)
      return toHaveCalledTool(equals, received, name, ...input)
    },
    toCostLessThan,
    toUseAtMost,
    toMatchTrajectory,
    toAnswerAsRecorded,
  })
}
