import { Buffer } from 'node:buffer'
import { isNoExample, isToken, looksLikeCredential } from './redact-fields.ts'

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
  readonly accept?: (value: string) => boolean
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

// JSON can lie inside of JSON, where its quotes have backslashes before them.
const QUOTE = String.raw`\\*["']`
const IS = String.raw`\s{0,4}[:=]\s{0,4}`
const SCHEME = String.raw`(?:bearer|basic|token|digest)\s{1,4}`
const IN_QUERY = String.raw`(?:(?<![\w-])(?:token|auth|key|code|sig)|signature|credential)=`

/**
 * The rules for credentials and secrets, which are always on. Their patterns take linear time.
 *
 * @param names source of a pattern for the names of credentials.
 */
export function secretRules(names: string): readonly Rule[] {
  const named = String.raw`[:=](?<=${names}(?:[\]"'\\]|%5D){0,8}\s{0,4}[:=])`
  return [
    ...TOKENS,
    // The end may have been cut off.
    secret(
      'pem',
      '-BEGIN',
      pattern`-----BEGIN [A-Z0-9 ]{1,40}-----(?:[^]{0,8192}?-----END [A-Z0-9 ]{1,40}-----|[\w+/=\s\\]*)`,
    ),
    secret(
      'bearer',
      String.raw`bearer\s{1,4}[\w.~+/-]{8}`,
      pattern`\bbearer\s{1,4}(?<v>[\w.~+/-]{8,}={0,2})`,
      isToken,
    ),
    secret(
      'basic',
      String.raw`basic\s{1,4}[a-z0-9+/]{8}`,
      pattern`\bbasic\s{1,4}(?<v>[a-z0-9+/]{8,}={0,2})`,
      isBasic,
    ),
    secret(
      'userinfo',
      '@',
      pattern`://[^\s/?#@:"'<>]{0,256}:(?<v>[^\s/?#"'<>]{1,256})@`,
      isNoExample,
    ),
    secret('userinfo', '@', pattern`://(?<v>[^\s/?#@:"'<>]{16,256})@`, looksLikeCredential),
    secret(
      'json',
      named,
      pattern`${names}${QUOTE}${IS}(?<open>${QUOTE})(?<v>[^]*?)(?:(?<!\\)\k<open>|$)`,
    ),
    secret('json', named, pattern`${names}${QUOTE}${IS}(?<v>\d{4,32})(?![\d.])`),
    secret(
      'assignment',
      named,
      pattern`${names}(?:${QUOTE})?${IS}(?:\\*["'\x60])?(?:${SCHEME})?(?<v>[^\s"'\x60,;&<>()\\]{8,})`,
      isToken,
    ),
    secret(
      'cookie',
      named,
      pattern`cookie(?:${QUOTE})?${IS}(?:${QUOTE})?(?<v>[^\r\n"'\\]{3,})`,
      isCookie,
    ),
    secret(
      'form',
      named,
      pattern`(?:^|[?&;#])[\w.%[\]-]{0,64}?${names}(?:\]|%5D)?=(?<v>[^&\s"'<>#;]+)`,
    ),
    secret(
      'query',
      `=(?<=${IN_QUERY})`,
      pattern`[?&;#][\w.%-]{0,64}?${IN_QUERY}(?<v>[^&\s"'<>#;]+)`,
      looksLikeCredential,
    ),
  ]
}

/** The rule for values that are known, such as those of credentials in the environment. */
export function literalRules(values: readonly string[]): readonly Rule[] {
  const forms = values.flatMap((value) => [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ])
  const literals = [...new Set(forms)].filter((form) => form.length >= 4)
  if (literals.length === 0) return []
  const source = literals
    .toSorted((one, other) => other.length - one.length)
    .map(escape)
    .join('|')
  return [
    {
      name: 'known-secret',
      kind: 'secret',
      hint: new RegExp(source),
      pattern: new RegExp(source, 'dg'),
    },
  ]
}

function token(name: string, prefix: string, rest: string): Rule {
  const hint = new RegExp(`${prefix.at(-1)}(?<=${prefix})`)
  return {
    name,
    kind: 'secret',
    hint,
    pattern: new RegExp(`(?<![A-Za-z0-9])${prefix}${rest}`, 'dg'),
  }
}

function secret(name: string, hint: string, whole: RegExp, accept?: Rule['accept']): Rule {
  return {
    name,
    kind: 'secret',
    hint: new RegExp(hint, 'i'),
    pattern: whole,
    ...(accept && { accept }),
  }
}

function pattern(parts: TemplateStringsArray, ...sources: readonly string[]): RegExp {
  return new RegExp(String.raw(parts, ...sources), 'dgi')
}

function isBasic(value: string): boolean {
  return Buffer.from(value, 'base64').toString('latin1').includes(':')
}

function isCookie(value: string): boolean {
  return value.includes('=')
}

function escape(literal: string): string {
  return literal.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
