/** Parts of a session that can be left out. */
export type CaptureField =
  | 'userInput'
  | 'systemMessage'
  /** What a model says on the way, and in the history that a request brings along. */
  | 'assistantMessage'
  | 'reasoning'
  | 'toolArguments'
  | 'toolResult'
  /** What a model says where it calls no tool. */
  | 'finalResponse'
