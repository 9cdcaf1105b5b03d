import type { Reader } from '../read/reader.ts'

/** Why what a file tells of is left out. */
export const NO_REQUEST = 'it is no HTTP request'

/** Reads the method of a request, in upper case as it is recorded. */
export function readMethod(method: Reader): string {
  const text = method.text()
  if (!/^[\w!#$%&'*+.^`|~-]{1,64}$/.test(text)) throw method.wrong('must be a method of HTTP')
  return text.toUpperCase()
}

/** Reads an absolute URL; `undefined` when it is that of another protocol, such as `data:` or `wss:`. */
export function readUrl(url: Reader, text: string = url.text()): string | undefined {
  if (!URL.canParse(text)) throw url.wrong('must be an absolute URL')
  const { protocol, href } = new URL(text)
  return protocol === 'http:' || protocol === 'https:' ? href : undefined
}
