/** A place that looks like a secret, and the rule by which it does. Never the value. */
export interface SecretFinding {
  /** Such as `events[3].request.messages[1].content`. */
  readonly path: string
  readonly rule: string
}
