import { decodeText, isTextType, parseBodyText } from '@retake/http'

/** A field of a form, as the platform reads it. */
type Field =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string
      readonly file: string
      readonly type: string
      readonly content: Uint8Array
    }

/** A part of a body of several, of which nothing but its place is known. */
interface Part {
  readonly headers: Readonly<Record<string, string>>
  readonly content: unknown
}

const CRLF = '\r\n'

/**
 * Takes a body of several parts apart. The boundary between them is a new one in each request, and does not count.
 *
 * @returns undefined when it is none, or is not well-formed: then its bytes are what there is.
 * @see https://www.rfc-editor.org/rfc/rfc2046#section-5.1
 */
export function parseMultipart(
  bytes: Uint8Array,
  contentType: string,
): { readonly form: readonly Field[] } | { readonly parts: readonly Part[] } | undefined {
  const boundary = boundaryOf(contentType)
  const parts = boundary === undefined ? undefined : split(bytes, `--${boundary}`)
  if (parts === undefined) return undefined
  const fields = /^multipart\/form-data\b/i.test(contentType) ? parts.map(toField) : [undefined]
  return fields.every((field) => field !== undefined)
    ? { form: fields }
    : { parts: parts.map(toPart) }
}

function boundaryOf(contentType: string): string | undefined {
  if (!/^multipart\//i.test(contentType)) return undefined
  const found = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType)
  return found?.[1] ?? found?.[2]
}

interface RawPart {
  readonly headers: ReadonlyMap<string, string>
  readonly content: Uint8Array
}

function split(bytes: Uint8Array, delimiter: string): readonly RawPart[] | undefined {
  // A character for each byte, so that what is found in the text is at the same place in the bytes.
  const text = new TextDecoder('latin1').decode(bytes)
  const parts: RawPart[] = []
  let at = text.startsWith(delimiter) ? 0 : text.indexOf(`${CRLF}${delimiter}`) + CRLF.length
  if (at === 1) return undefined
  for (;;) {
    at += delimiter.length
    if (text.startsWith('--', at)) return parts
    const start = text.indexOf(CRLF, at)
    // White space may follow a delimiter.
    if (start < 0 || text.slice(at, start).trim() !== '') return undefined
    const end = text.indexOf(`${CRLF}${delimiter}`, start)
    const blank = text.indexOf(`${CRLF}${CRLF}`, start)
    if (end < 0 || blank < 0 || blank > end) return undefined
    parts.push({
      headers: headersOf(bytes.subarray(start + CRLF.length, Math.max(blank, start + CRLF.length))),
      content: bytes.slice(Math.min(blank + 2 * CRLF.length, end), end),
    })
    at = end + CRLF.length
  }
}

function headersOf(bytes: Uint8Array): ReadonlyMap<string, string> {
  const lines = new TextDecoder().decode(bytes).split(CRLF)
  return new Map(
    lines.flatMap((line) => {
      const colon = line.indexOf(':')
      if (colon <= 0) return []
      return [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const]
    }),
  )
}

// What says more of itself than a form can hold is kept as a part.
function toField({ headers, content }: RawPart): Field | undefined {
  const disposition = headers.get('content-disposition') ?? ''
  const name = parameterOf(disposition, 'name')
  if (name === undefined) return undefined
  const file = parameterOf(disposition, 'filename')
  if (file !== undefined) {
    return { name, file, type: headers.get('content-type') ?? 'application/octet-stream', content }
  }
  const value = decodeText(content)
  return value === undefined ? undefined : { name, value }
}

// As browsers write them.
const ESCAPED: Readonly<Record<string, string>> = { '%22': '"', '%0D': '\r', '%0A': '\n' }

function parameterOf(disposition: string, name: string): string | undefined {
  const found = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;]*))`, 'i').exec(disposition)
  return (found?.[1] ?? found?.[2])?.replaceAll(
    /%22|%0D|%0A/gi,
    (code) => ESCAPED[code.toUpperCase()] ?? code,
  )
}

function toPart({ headers, content }: RawPart): Part {
  const type = headers.get('content-type') ?? 'text/plain'
  const { 'content-type': _, ...others } = Object.fromEntries(headers)
  const inner = parseMultipart(content, type)
  if (inner)
    return { headers: { ...others, 'content-type': withoutBoundary(type) }, content: inner }
  return { headers: Object.fromEntries(headers), content: readContent(content, type) }
}

function withoutBoundary(contentType: string): string {
  return contentType.replace(/;\s*boundary=(?:"[^"]*"|[^\s;]*)/i, '')
}

function readContent(content: Uint8Array, type: string): unknown {
  const text = isTextType(type) ? decodeText(content) : undefined
  return text === undefined ? content : parseBodyText(text, type)
}
