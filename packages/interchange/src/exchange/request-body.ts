import { decodeText, isFormType, isTextType, parseBodyText } from '@retake/format'
import { toBytes } from './text-bytes.ts'
import { isLost } from './stored-value.ts'
import { boundaryOf, readForm, writeForm, type FormField } from './multipart.ts'

/** The body of a request as @retake/fetch records it: JSON, text, the fields of a form, or bytes. */
export function readBody(body: Uint8Array, contentType: string): unknown {
  const boundary =
    contentType === '' || isFormType(contentType) ? boundaryOf(contentType, body) : undefined
  const form = boundary === undefined ? undefined : readForm(body, boundary)
  if (form) return { form }
  const mayBeText = isTextType(contentType) || contentType === ''
  const text = mayBeText ? decodeText(body) : undefined
  return text === undefined ? body : parseBodyText(text, contentType)
}

/** A body as bytes, and a type under which it is read as what it was. */
export interface WrittenBody {
  readonly body: Uint8Array
  readonly contentType: string
}

/** Writes the recorded body of a request. The bytes of JSON, and the boundary of a form, are not what was sent. */
export function writeBody(recorded: unknown): WrittenBody {
  if (recorded instanceof Uint8Array) {
    return { body: recorded, contentType: 'application/octet-stream' }
  }
  if (typeof recorded === 'string')
    return { body: toBytes(recorded), contentType: typeOf(recorded) }
  if (isRecordedForm(recorded)) return writeForm(recorded.form)
  return { body: toBytes(JSON.stringify(recorded, toNumber)), contentType: 'application/json' }
}

// Numbers that are too large for JavaScript, and the negative zero, are written as null and as zero otherwise.
function toNumber(_name: string, value: unknown): unknown {
  if (typeof value !== 'number' || !isLost(value)) return value
  const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => unknown }
  return rawJSON(value === 0 ? '-0' : `${value > 0 ? '' : '-'}1e400`)
}

function typeOf(text: string): string {
  // A text that reads like JSON and was not read as JSON said that it is something else.
  if (typeof parseBodyText(text, '') !== 'string') return 'application/x-ndjson'
  return /^[^\s=&{[]+=/.test(text) ? 'application/x-www-form-urlencoded' : 'text/plain'
}

function isRecordedForm(value: unknown): value is { readonly form: readonly FormField[] } {
  const { form } = (value ?? {}) as { readonly form?: unknown }
  return Array.isArray(form) && form.length > 0 && form.every(isField)
}

function isField(field: unknown): boolean {
  const { name, value, file, content } = (field ?? {}) as Partial<
    Record<'name' | 'value' | 'file' | 'content', unknown>
  >
  const isFile = typeof file === 'string' && content instanceof Uint8Array
  return typeof name === 'string' && (typeof value === 'string' || isFile)
}
