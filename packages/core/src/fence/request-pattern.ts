import { RetakeError } from '@retake/format'

/** Where a request goes. */
export interface RequestTarget {
  readonly method: string
  readonly url: URL
}

/**
 * Requests, by where they go: an origin such as `https://otel.internal:4318`, a URL with the beginning of a path, each
 * with `*` for any text; an expression that the whole URL is tested with; or a function.
 */
export type RequestPattern = string | RegExp | ((request: RequestTarget) => boolean)

type Matches = (request: RequestTarget) => boolean

const WANTED =
  "an origin such as 'https://otel.internal:4318', a URL with the beginning of a path, a RegExp or a function"

/**
 * Whether a request is one of some. A function that throws says no.
 *
 * @param option where the patterns were given, for the message.
 * @throws {RetakeError} `OPTION_INVALID` when something is no pattern.
 */
export function matchRequests(patterns: readonly RequestPattern[], option: string): Matches {
  if (!isList(patterns)) throw invalid(option, `must be a list, not ${describe(patterns)}`)
  const matchers = patterns.map((pattern, index) => toMatcher(pattern, `${option}[${index}]`))
  return (request) => matchers.some((matches) => isTrue(matches, request))
}

function isList(value: unknown): boolean {
  return Array.isArray(value)
}

function isTrue(matches: Matches, request: RequestTarget): boolean {
  try {
    return matches(request)
  } catch {
    return false
  }
}

function toMatcher(pattern: RequestPattern, option: string): Matches {
  if (typeof pattern === 'function') return pattern
  const expression = pattern instanceof RegExp ? stateless(pattern) : compile(pattern, option)
  return ({ url }) => expression.test(url.href)
}

// Without what makes one remember where it was.
function stateless({ source, flags }: RegExp): RegExp {
  return new RegExp(source, flags.replace(/[gy]/g, ''))
}

function compile(pattern: unknown, option: string): RegExp {
  if (typeof pattern !== 'string')
    throw invalid(option, `must be ${WANTED}, not ${describe(pattern)}`)
  const [, scheme = '', host = '', path = ''] =
    /^(https?):\/\/([^/?#]+)([^?#]*)$/i.exec(pattern) ?? []
  const normal = host.includes('*') ? host.toLowerCase() : normalHost(`${scheme}://${host}`)
  if (normal === undefined || normal === '')
    throw invalid(option, `must be ${WANTED}, not ${JSON.stringify(pattern)}`)
  const rest = path.replace(/\/$/, '')
  // A path ends where a word of it does.
  return new RegExp(
    `^${scheme.toLowerCase()}://${wild(normal, '[^/]*')}${wild(rest, '.*')}(?=$|[/?#])`,
  )
}

// As a URL has it: without the port of its scheme, and in lower case.
function normalHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}

function wild(text: string, any: string): string {
  return text
    .split('*')
    .map((piece) => piece.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
    .join(any)
}

function describe(value: unknown): string {
  return value === null ? 'null' : typeof value
}

function invalid(option: string, why: string): RetakeError {
  return new RetakeError('OPTION_INVALID', `${option} ${why}.`, { option })
}
