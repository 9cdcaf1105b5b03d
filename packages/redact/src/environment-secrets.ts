/** Variables of the environment, by name. */
export type Environment = Readonly<Record<string, string | undefined>>

// Words that end a name and say by themselves that a credential follows: `PGPASSWORD`, `accessToken`.
const WHOLE_WORDS = 'TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|DSN'
// Words that end others too (`MONKEY`, `COMPAT`, `BYPASS`), so that they have to stand by themselves.
const SHORT_WORDS = 'KEY|PASS|PWD|PAT|AUTH|CREDS?|JWT'
// The same after what they are written together with.
const JOINED =
  '(?:API|ACCESS|SECRET|PRIVATE|AUTH|ENCRYPTION|SIGNING|MASTER|DEPLOY|ACCOUNT|LICEN[CS]E)KEY|(?:DB|PG|SQL|SMTP|MAIL|USER|REDIS)(?:PASS|PWD)'
const CREDENTIAL_NAME = new RegExp(
  `(?:(?:${WHOLE_WORDS}|${JOINED})|(?:^|[^A-Z0-9])(?:${SHORT_WORDS}))S?$`,
  'i',
)
const CAMEL_CASE = /(?<=[a-z0-9])(?=[A-Z])/g
// What the shell calls the folders in which it is and was.
const FOLDERS: ReadonlySet<string> = new Set(['PWD', 'OLDPWD'])
const SHORTEST_SECRET = 8

/** The environment of this process; empty in a browser. */
export function processEnvironment(): Environment {
  return typeof process === 'undefined' ? {} : process.env
}

/**
 * The values of credential-like variables, such as `OPENAI_API_KEY`, `PGPASSWORD` or `accessToken`, by default of this
 * process; and the passwords in URLs, whatever the variable is called.
 *
 * Left out is what would redact more than a credential: values of fewer than eight characters, paths, numbers, host
 * names, URLs without user information, and the passwords that manuals and images come with, such as `postgres`.
 */
export function secretValues(environment: Environment = processEnvironment()): readonly string[] {
  const found = Object.entries(environment).flatMap(([name, value = '']) => [
    ...(isCredentialName(name) && isSecret(value) ? [value] : []),
    ...passwordOf(value),
  ])
  return [...new Set(found)]
}

function isCredentialName(name: string): boolean {
  return !FOLDERS.has(name) && CREDENTIAL_NAME.test(name.replaceAll(CAMEL_CASE, '_'))
}

const NUMBER = /^[\d\s.,:_+-]+$/
const HOST = /^(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?::\d{1,5})?$/
const LOCAL_HOST = /^localhost(?::\d{1,5})?$/
// With or without a drive or a home; or a list of such paths.
const PATH = /^(?:~|\.{1,2}|[A-Za-z]:)?[\\/]/
const URL_LIKE = /^[a-z][a-z0-9+.-]{1,30}:\/\//i
const USER_INFO = /^[a-z][a-z0-9+.-]{1,30}:\/\/(?:[^\s/?#@:]*:)?[^\s/?#]+@/i
const IN_QUERY = /[?&][^=&]+=[^&]{16,}/
// Random letters of Base64 can begin with a slash, and have more of them.
const RANDOM_SEGMENT = /^(?=.*\d)(?=.*[a-z])(?=.*[A-Z])[A-Za-z0-9+]{20,}={0,2}$/
const COMMON: ReadonlySet<string> = new Set(
  `postgres postgresql password password1 changeme changeit mysecretpassword development production required
  disabled undefined localhost examples username`.split(/\s+/),
)

function isSecret(value: string): boolean {
  if (value.length < SHORTEST_SECRET || COMMON.has(value.toLowerCase())) return false
  if (NUMBER.test(value) || HOST.test(value) || LOCAL_HOST.test(value)) return false
  if (URL_LIKE.test(value)) return USER_INFO.test(value) || IN_QUERY.test(value)
  return !isPath(value)
}

function isPath(value: string): boolean {
  return PATH.test(value) && !value.split(/[\\/]/).some((part) => RANDOM_SEGMENT.test(part))
}

// Of `postgres://app:password@host`. Whoever connects may be given it in pieces.
function passwordOf(value: string): readonly string[] {
  if (!USER_INFO.test(value) || !URL.canParse(value)) return []
  const { password } = new URL(value)
  const plain = decoded(password)
  return [...new Set([password, plain])].filter(isSecret)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
