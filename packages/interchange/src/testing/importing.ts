import type { Encoded } from '@retake/format'
import type { ImportOptions, ImportRedactor } from '../exchange/import-options.ts'
import type { Imported } from '../exchange/to-session.ts'
import { importSession, type ImportFormat } from '../formats.ts'

// The credentials of these tests. Which ones there are is for a real redactor to know.
const SECRET = /hunter2\w*|ghp_\w+/g
const HIDDEN = '«secret:1»'

/** Removes the credentials of the tests from whatever passes through it. */
export const redactor: ImportRedactor = {
  value: redacted,
  outcome: redacted,
  text: hide,
  name: hide,
  url: hide,
  headers: (headers) =>
    Object.fromEntries(
      Array.from(headers, ([name, value]) => [name.toLowerCase(), value] as const).filter(
        ([name]) => name === 'content-type',
      ),
    ),
}

/** Makes a session of a text without the credentials of the tests. */
export function importText(
  text: string,
  format: ImportFormat,
  options: Partial<ImportOptions> = {},
): Imported {
  return importSession(text, format, { redactor, ...options })
}

function redacted<Value extends object | Encoded>(
  value: Value,
): { readonly value: Value; readonly changed: boolean } {
  const text = JSON.stringify(value)
  const safe = hide(text)
  return { value: JSON.parse(safe) as Value, changed: safe !== text }
}

function hide(text: string): string {
  return text.replaceAll(SECRET, HIDDEN)
}
