export { compareAnswers } from './compare-answers.ts'
export { replayProblem, type ReplayProblem } from './replay-problem.ts'
export { resendableRequest, type ResendableRequest } from './resendable-request.ts'
export { answerOf } from './answer-of.ts'
