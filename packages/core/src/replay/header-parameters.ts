/** A header value, taken apart: a first piece, and parameters. */
export interface HeaderItem {
  readonly value: string
  readonly parameters: readonly HeaderParameter[]
}

type HeaderParameter = readonly [name: string, value: string]

const FIRST = /[^;"]*/y
// A text in quotes, in which a backslash escapes, or what is written without any.
const PARAMETER = /\s*;\s*([A-Za-z*][\w.*-]*)=(?:"((?:[^"\\]|\\["\\])*)"|([^;"\s]*))\s*/y

/**
 * Takes apart `value;name=value;name="any text"`.
 *
 * @returns `undefined` when it cannot be read to its end.
 * @see RFC 9651, section 3.1.2 (parameters)
 */
export function parseItem(text: string): HeaderItem | undefined {
  FIRST.lastIndex = 0
  const [value = ''] = FIRST.exec(text) ?? []
  const parameters: HeaderParameter[] = []
  let at = FIRST.lastIndex
  while (at < text.length) {
    PARAMETER.lastIndex = at
    const found = PARAMETER.exec(text)
    if (found === null) return undefined
    const [, name = '', quoted, bare = ''] = found
    parameters.push([name, quoted === undefined ? bare : quoted.replaceAll(/\\(["\\])/g, '$1')])
    at = PARAMETER.lastIndex
  }
  return { value: value.trim(), parameters }
}

/** Writes a parameter, in quotes where that is needed. */
export function formatParameter(name: string, value: string): string {
  const isBare = /^[\w.*-]+$/.test(value)
  return `${name}=${isBare ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`}`
}

/** Whether a text has a comma that is not within quotes: servers join several values of a header so. */
export function hasOuterComma(text: string): boolean {
  return text.includes(',') && text.replaceAll(/"(?:[^"\\]|\\.)*"/g, '').includes(',')
}
