/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

const CREDENTIAL_NAME = /(?:^|_)(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD|CREDENTIALS?|DSN)$/i
const SHORTEST_SECRET = 8

/** The environment of this process; empty in a browser. */
export function processEnvironment(): Environment {
  return typeof process === 'undefined' ? {} : process.env
}

/**
 * The values of credential-like variables, such as `OPENAI_API_KEY`, by default of this process.
 *
 * Values of fewer than eight characters are left out: they would redact common words, and flags such as
 * `USE_API_KEY=true` are no secrets.
 */
export function secretValues(environment: Environment = processEnvironment()): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) =>
    value !== undefined && value.length >= SHORTEST_SECRET && CREDENTIAL_NAME.test(name)
      ? [value]
      : [],
  )
}
