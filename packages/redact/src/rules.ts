import { fromBase64 } from '@retake/format'
import { isNoExample, isToken, looksLikeCredential } from './fields.ts'

/** Finds one kind of thing to remove in a text. */
export interface Rule {
  /** Named by a scan. */
  readonly name: string
  /** What stands in the placeholder: `«secret:1»`. */
  readonly kind: string
  /** Cheap, and found in every text in which `pattern` is found. */
  readonly hint: RegExp
  /** Global and with indices. The group `v` is replaced, or else the whole match. */
  readonly pattern: RegExp
  /** Looks at what was found: some shapes are those of common words too. */
  readonly accept?: ((value: string) => boolean) | undefined
}

// Tokens that tell by their first letters what they are.
const TOKENS: readonly Rule[] = [
  token('provider-key', 'sk-', '(?:ant|proj|svcacct|or|lf)-[\\w-]{12,}'),
  token('provider-key', 'sk-', '(?=[A-Za-z_-]{0,128}\\d)[\\w-]{16,}'),
  token('provider-key', '(?:gsk|hf|npm|r8)_', '[A-Za-z0-9]{20,}'),
  token('provider-key', '(?:xai|pplx|tvly)-', '[\\w-]{16,}'),
  token('langsmith-key', 'lsv2_', '[a-z]{2}_\\w{16,}'),
  token('aws-key', 'A[KS]IA', '[A-Z0-9]{16}(?![A-Za-z0-9])'),
  token('github-token', 'gh[pousr]_', '[A-Za-z0-9]{20,}'),
  token('github-token', 'github_pat_', '\\w{20,}'),
  token('gitlab-token', 'glpat-', '[\\w-]{16,}'),
  token('slack-token', 'xox[a-z]-', '[\\w-]{10,}'),
  token('google-key', 'AIz', 'a[\\w-]{30,}'),
  token('google-token', 'ya29', '\\.[\\w-]{20,}'),
  token('stripe-key', '[sr]k_(?:live|test)_', '\\w{10,}'),
  token('stripe-key', 'whsec_', '[\\w+/=]{16,}'),
  token('jwt', 'eyJ', '[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]{8,}'),
]

const { raw } = String
const SHORTEST_LITERAL = 4
// JSON can lie inside of JSON, where its quotes have backslashes before them.
const QUOTE = raw`\\*["']`
const IS = raw`\s{0,4}[:=]\s{0,4}`
const OPENING = raw`(?:\\*["'\x60])?(?:(?:bearer|basic|token|digest)\s{1,4})?`
const IN_QUERY = raw`(?:(?<![\w-])(?:token|auth|key|code|sig)|signature|credential)=`
const WORD = raw`(?<v>[^\s"'\x60,;&<>()\\]{8,})`
const QUERY_VALUE = raw`(?<v>[^&\s"'<>#;]+)`
const PEM_LINE = '[A-Z0-9 ]{1,40}-----'

/**
 * The rules for credentials and secrets, which are always on. Their patterns take linear time.
 *
 * @param names source of a pattern for the names of credentials.
 */
export function secretRules(names: string): readonly Rule[] {
  // Starts at a character that is rare in prose, and looks back.
  const named = raw`[:=](?<=${names}(?:[\]"'\\]|%5D){0,8}\s{0,4}[:=])`
  const json = `${names}${QUOTE}${IS}`
  const form = raw`(?:^|[?&;#])[\w.%[\]-]{0,64}?${names}(?:\]|%5D)?=`
  const pem = `-----BEGIN ${PEM_LINE}`
  return [
    ...TOKENS,
    // Where no end is near, it was cut off.
    secret('pem', '-BEGIN', raw`${pem}(?:[^]{0,8192}?-----END ${PEM_LINE}|[\w+/=\s\\]*)`),
    secret(
      'bearer',
      raw`bearer\s{1,4}\S{8}`,
      raw`\bbearer\s{1,4}(?<v>[\w.~+/-]{8,}={0,2})`,
      isToken,
    ),
    secret('basic', raw`basic\s{1,4}\S{8}`, raw`\bbasic\s{1,4}(?<v>[a-z0-9+/]{8,}={0,2})`, isBasic),
    secret('userinfo', '@', raw`://[^\s/?#@:"'<>]*:(?<v>[^\s/?#"'<>]+)@`, isNoExample),
    secret('userinfo', '@', raw`://(?<v>[^\s/?#@:"'<>]{16,})@`, looksLikeCredential),
    secret('json', named, raw`${json}(?<open>${QUOTE})(?<v>[^]*?)(?:(?<!\\)\k<open>|$)`),
    secret('json', named, raw`${json}(?<v>\d{4,32})(?![\d.])`),
    secret('assignment', named, `${names}(?:${QUOTE})?${IS}${OPENING}${WORD}`, isToken),
    secret(
      'cookie',
      named,
      raw`cookie(?:${QUOTE})?${IS}(?:${QUOTE})?(?<v>[^\r\n"'\\]{3,})`,
      isCookie,
    ),
    secret('form', named, `${form}${QUERY_VALUE}`),
    secret(
      'query',
      `=(?<=${IN_QUERY})`,
      raw`[?&;#][\w.%-]{0,64}?${IN_QUERY}${QUERY_VALUE}`,
      looksLikeCredential,
    ),
  ]
}

/** The rule for values that are known, such as those of credentials in the environment. */
export function literalRules(values: readonly string[]): readonly Rule[] {
  const forms = new Set(values.flatMap(writtenForms))
  const literals = [...forms].filter((form) => form.length >= SHORTEST_LITERAL).map(escape)
  if (literals.length === 0) return []
  // The longest first: one can be the beginning of another.
  const source = literals.toSorted((one, other) => other.length - one.length).join('|')
  const pattern = new RegExp(source, 'dg')
  return [{ name: 'known-secret', kind: 'secret', hint: new RegExp(source), pattern }]
}

function writtenForms(value: string): string[] {
  return [value, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)]
}

function token(name: string, prefix: string, rest: string): Rule {
  // Starts at its last character, which is rarer in prose than the others, and looks back.
  const hint = new RegExp(`${prefix.at(-1)}(?<=${prefix})`)
  const pattern = new RegExp(`(?<![A-Za-z0-9])${prefix}${rest}`, 'dg')
  return { name, kind: 'secret', hint, pattern }
}

function secret(name: string, hint: string, source: string, accept?: Rule['accept']): Rule {
  const pattern = new RegExp(source, 'dgi')
  return { name, kind: 'secret', hint: new RegExp(hint, 'i'), pattern, accept }
}

const COLON = 0x3a

function isBasic(value: string): boolean {
  return fromBase64(value).includes(COLON)
}

function isCookie(value: string): boolean {
  return value.includes('=')
}

function escape(literal: string): string {
  return literal.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
