import type { Encoded, SessionData } from '@retake/format'
import { createRedactor } from './redact.ts'
import type { SecretFinding } from '@retake/format/cassette-file'
import { type Environment, secretValues } from './environment-secrets.ts'

/**
 * Looks for secrets in a session before it is committed: credentials by the names of their fields, the shapes of
 * tokens, and the values of credential-like variables of the environment.
 *
 * @param environment whose values are looked for; by default that of the process.
 */
export function scanSecrets(
  data: SessionData,
  environment?: Environment,
): readonly SecretFinding[] {
  // Read one by one, since what a call was asked and gave may be made only when it is looked at.
  const events = data.events.map((event) => ({ ...event }))
  return scan({ ...data, events } as unknown as Encoded, environment)
}

/** Looks for the same in a text that is no session, such as that of a cassette that cannot be read. */
export function scanText(text: string, environment?: Environment): readonly SecretFinding[] {
  return scan(text, environment)
}

function scan(value: Encoded, environment?: Environment): readonly SecretFinding[] {
  const secrets = secretValues(environment)
  return createRedactor({ secrets }).scan(value)
}
