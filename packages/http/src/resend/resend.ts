export {
  compareAnswers,
  examineAnswers,
  type ComparedAnswers,
  type CompareOptions,
} from '../answer/compare-answers.ts'
export { replayProblem, type ReplayProblem } from './replay-problem.ts'
export { resolveTarget } from './request-target.ts'
export { resendableRequest, type ResendableRequest } from './resendable-request.ts'
export { answerOf } from './answer-of.ts'
