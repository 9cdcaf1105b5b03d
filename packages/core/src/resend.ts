export { compareAnswers } from './resend/compare-answers.ts'
export { replayProblem, type ReplayProblem } from './resend/replay-problem.ts'
export { resendableRequest, type ResendableRequest } from './resend/resendable-request.ts'
export { answerOf } from './resend/answer-of.ts'
