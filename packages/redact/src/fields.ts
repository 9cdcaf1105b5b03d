// Names of credentials, as they end: `OPENAI_API_KEY`, `clientSecret`, `x-api-key`. Counts such as
// `maxTokens` end otherwise.
const NAMES = [
  '(?:api|auth|secret|private|access|account|subscription|signing|encryption)[_-]?key',
  '(?:access|refresh|auth|session|bearer|api|bot|security|csrf|xsrf|user|personal)[_-]?token',
  '(?<![a-z])id[_-]?token',
  'secret|passw(?:or)?d|passphrase|authorization',
  '(?<![\\w-])(?:set-?)?cookie',
  'openai-(?:organization|project)|anthropic-organization-id',
]

/** Source of a pattern for the names of credentials. It ignores case. */
export function credentialNames(more: readonly string[] = []): string {
  const words = more.map((name) =>
    name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').split(/[^A-Za-z0-9]+/),
  )
  const added = words.map((parts) => `(?<![a-z])${parts.join('[_-]?')}`)
  // Placeholders look like `name: value` too.
  return `(?<!«)(?:${[...NAMES, ...added].join('|')})s?`
}

/** `certain`: holds a credential whatever the value is. `possible`: does when it looks like one. */
export type FieldRank = 'certain' | 'possible' | undefined

const POSSIBLE = /^(?:token|auth|pwd|credentials?)$/i
const EXAMPLE =
  /^(?:your|my|<|\$|\{|\*{3}|x{3}|\.{3}|example|redacted|process\.env|os\.)|^\W*pass(?:word)?\W*$/i
const MAX_KNOWN = 2000
const LONGEST_KNOWN = 64

/** Ranks the names of fields. They are few and come again and again, so ranks are kept. */
export function createFieldRank(names: string): (name: string) => FieldRank {
  const certain = new RegExp(`${names}$`, 'i')
  const known = new Map<string, FieldRank>()

  function rank(name: string): FieldRank {
    if (certain.test(name)) return 'certain'
    return POSSIBLE.test(name) ? 'possible' : undefined
  }

  return (name) => {
    if (name.length > LONGEST_KNOWN) return rank(name)
    if (!known.has(name)) {
      if (known.size >= MAX_KNOWN) known.clear()
      known.set(name, rank(name))
    }
    return known.get(name)
  }
}

/** Whether a text has the looks of a credential: one long word with letters and digits, and no path. */
export function looksLikeCredential(value: string): boolean {
  return value.length >= 16 && /^[\w+=:%][\w.~+/=:%-]+$/.test(value) && isToken(value)
}

/** Whether a text can be a token or a password: it has letters and digits, and is no example. */
export function isToken(value: string): boolean {
  return /\d/.test(value) && /[A-Za-z]/.test(value) && !EXAMPLE.test(value)
}

/** Whether a text is not what manuals write where a password belongs. */
export function isNoExample(value: string): boolean {
  return !EXAMPLE.test(value)
}
