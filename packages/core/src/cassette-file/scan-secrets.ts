import type { Encoded, SessionData } from '../event.ts'
import { type Environment, resolveGate } from '../gate.ts'
import { createRedactor } from '../redact/redact.ts'

/** A place that looks like a secret, and the rule by which it does. Never the value. */
export interface SecretFinding {
  /** Such as `events[3].request.messages[1].content`. */
  readonly path: string
  readonly rule: string
}

/**
 * Looks for secrets in a session before it is committed: credentials by the names of their fields, the shapes of
 * tokens, and the values of credential-like variables of the environment.
 *
 * @param environment whose values are looked for; by default that of the process.
 */
export function scanSecrets(
  { session, events, virtual, end }: SessionData,
  environment?: Environment,
): readonly SecretFinding[] {
  const { secrets } = resolveGate(environment)
  const redactor = createRedactor({ secrets })
  // Read one by one, since what a call was asked and gave may be made only when it is looked at.
  const listed = events.map((event) => ({ ...event }))
  return redactor.scan({ session, events: listed, virtual, end } as unknown as Encoded)
}
