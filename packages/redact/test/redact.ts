import { decode, encode } from '@retake/format'
import { createRedactor, type RedactOptions } from '../src/redact.ts'

/** What a redactor leaves of a value. */
export function redact(value: unknown, options?: RedactOptions): unknown {
  return decode(createRedactor(options).value(encode(value)).value)
}

/** What a redactor leaves of a text. */
export function text(value: string, options?: RedactOptions): string {
  return createRedactor(options).text(value)
}
