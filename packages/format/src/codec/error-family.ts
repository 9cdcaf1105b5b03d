/**
 * What kind of failure an error is. A closed vocabulary: which class an error gets on replay is
 * never decided by a class name in the data.
 */
export type ErrorFamily = 'http' | 'provider' | 'abort' | 'timeout' | 'network' | 'tool' | 'opaque'

const NETWORK_CODE = /^(?:ECONN|ENOTFOUND|ETIMEDOUT|EAI_|EPIPE|EHOST|ENET|UND_ERR)/
const SYSTEM_CODE = /^(?:ERR_|E[A-Z]+$)/
const MAX_CAUSES = 5

/** Classifies an error by its names, statuses and codes, and those of its causes. Never throws. */
export function errorFamily(error: unknown): ErrorFamily {
  try {
    return familyOfChain(error)
  } catch {
    return 'opaque'
  }
}

function familyOfChain(error: unknown): ErrorFamily {
  let link: unknown = error
  for (let depth = 0; depth < MAX_CAUSES && isObject(link); depth++) {
    const family = familyOf(link)
    if (family) return family
    link = link.cause
  }
  return isObject(error) && isProvider(error) ? 'provider' : 'opaque'
}

function familyOf({ name, status, statusCode, code }: Fields): ErrorFamily | undefined {
  if (isText(name, /^(?:APIUser)?AbortError$/)) return 'abort'
  if (isText(name, /^(?:APIConnection)?TimeoutError$/)) return 'timeout'
  if (isText(name, /^(?:AI_)?Tool[A-Z]/)) return 'tool'
  if (typeof status === 'number' || typeof statusCode === 'number') return 'http'
  return isText(code, NETWORK_CODE) ? 'network' : undefined
}

function isProvider({ code, lc_error_code: langchainCode, name }: Fields): boolean {
  if (typeof langchainCode === 'string' || isText(name, /^AI_/)) return true
  return typeof code === 'string' && !SYSTEM_CODE.test(code)
}

function isText(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

type Fields = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
