import { Buffer } from 'node:buffer'
import { toBytes } from './text-bytes.ts'

/** A field of a form, as @retake/fetch records it. */
export type FormField =
  | { readonly name: string; readonly value: string }
  | {
      readonly name: string
      readonly file: string
      readonly type: string
      readonly content: Uint8Array
    }

const BLANK_LINE = Buffer.from('\r\n\r\n')
// What is sent for a file that says no type.
const NO_TYPE = 'application/octet-stream'

/** The boundary between the parts of a form; `undefined` when neither its type nor its first line says one. */
export function boundaryOf(contentType: string, body: Uint8Array): string | undefined {
  const said = /boundary=(?:"(?<quoted>[^"]{1,200})"|(?<bare>[^;\s]{1,200}))/i.exec(contentType)
  const named = said?.groups?.quoted ?? said?.groups?.bare
  if (named !== undefined) return named
  const start = Buffer.from(body.subarray(0, 400)).toString('latin1')
  const first = /^--(?<boundary>[^\r\n]{1,200})\r\nContent-Disposition: form-data/i.exec(start)
  return first?.groups?.boundary
}

/** The fields of a form, in their order; `undefined` when it is not one. */
export function readForm(body: Uint8Array, boundary: string): readonly FormField[] | undefined {
  const bytes = Buffer.from(body)
  const delimiter = Buffer.from(`--${boundary}`)
  const fields: FormField[] = []
  if (bytes.indexOf(delimiter) !== 0) return undefined
  let start = delimiter.length
  for (;;) {
    if (bytes.subarray(start, start + 2).toString() === '--') return fields
    const end = bytes.indexOf(Buffer.from(`\r\n--${boundary}`), start)
    const blank = bytes.indexOf(BLANK_LINE, start)
    if (end === -1 || blank === -1 || blank > end) return undefined
    const field = readField(
      bytes.subarray(start, blank).toString(),
      bytes.subarray(blank + BLANK_LINE.length, Math.max(end, blank + BLANK_LINE.length)),
    )
    if (field === undefined) return undefined
    fields.push(field)
    start = end + 2 + delimiter.length
  }
}

function readField(head: string, content: Buffer): FormField | undefined {
  const disposition = /^content-disposition: *form-data *;(?<rest>.*)$/im.exec(head)?.groups?.rest
  const name = parameter(disposition, 'name')
  if (name === undefined) return undefined
  const file = parameter(disposition, 'filename')
  if (file === undefined) return { name, value: content.toString() }
  const type = /^content-type: *(?<type>.*?)\r?$/im.exec(head)?.groups?.type ?? ''
  return {
    name,
    file,
    type: type === NO_TYPE ? '' : type,
    content: new Uint8Array(content),
  }
}

function parameter(disposition: string | undefined, name: string): string | undefined {
  const found = new RegExp(`(?<![\\w*])${name}="(?<value>[^"]*)"`, 'i').exec(disposition ?? '')
  return found?.groups?.value
    ?.replaceAll('%22', '"')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
}

/** Writes a form, and the type that says its boundary. */
export function writeForm(fields: readonly FormField[]): {
  readonly body: Uint8Array
  readonly contentType: string
} {
  const boundary = freeBoundary(fields)
  const parts = fields.flatMap((field) => [
    toBytes(`--${boundary}\r\nContent-Disposition: form-data; ${headOf(field)}\r\n\r\n`),
    'value' in field ? toBytes(field.value) : field.content,
    toBytes('\r\n'),
  ])
  const body = new Uint8Array(Buffer.concat([...parts, toBytes(`--${boundary}--\r\n`)]))
  return { body, contentType: `multipart/form-data; boundary=${boundary}` }
}

function headOf(field: FormField): string {
  const name = `name="${escape(field.name)}"`
  if ('value' in field) return name
  return `${name}; filename="${escape(field.file)}"\r\nContent-Type: ${field.type || NO_TYPE}`
}

function escape(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22')
}

// The same form is always written in the same way.
function freeBoundary(fields: readonly FormField[]): string {
  const contents = fields.map((field) =>
    Buffer.from('value' in field ? field.value : field.content),
  )
  for (let number = 0; ; number++) {
    const boundary = `----retake-form-${number}`
    if (!contents.some((content) => content.includes(boundary))) return boundary
  }
}
