import {
  isEncodedList,
  isEncodedObject,
  tagOf,
  type Encoded,
  type EncodedObject,
} from '@retake/format'
import type { Redactor } from '@retake/redact'

const NAMES: ReadonlySet<string> = new Set(['headers', 'responseHeaders'])
// Adapters may change these in a replay, so that a recorded failure makes no caller wait.
const WAITS: ReadonlySet<string> = new Set(['retry-after', 'retry-after-ms'])

/**
 * Leaves out of a value what is not stored of the headers of an HTTP answer, which SDKs hand on with what they give: a
 * replay has them from the recording, without those that are not on its list.
 */
export function withKnownHeaders(value: Encoded, redactor: Redactor): Encoded {
  if (isEncodedList(value)) return value.map((item) => withKnownHeaders(item, redactor))
  if (!isEncodedObject(value)) return value
  const parts = Object.keys(value).map((key) => {
    const part = value[key] ?? null
    const isHeaders = NAMES.has(key) && isHttpHeaders(part)
    return [key, isHeaders ? known(part, redactor) : withKnownHeaders(part, redactor)] as const
  })
  return Object.fromEntries<Encoded>(parts)
}

// Such as the headers of a table have no type of a body among them.
function isHttpHeaders(value: Encoded): value is EncodedObject {
  if (!isEncodedObject(value) || tagOf(value) !== undefined) return false
  const names = Object.keys(value).map((name) => name.toLowerCase())
  return names.includes('content-type') && Object.values(value).every(isText)
}

function known(headers: EncodedObject, redactor: Redactor): Encoded {
  const kept = redactor.headers(headers as Readonly<Record<string, string>>)
  return Object.fromEntries(Object.entries(kept).filter(([name]) => !WAITS.has(name)))
}

function isText(value: Encoded): boolean {
  return typeof value === 'string'
}
