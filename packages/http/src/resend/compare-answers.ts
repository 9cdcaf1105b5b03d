import {
  fingerprint,
  type Encoded,
  type OutboundResponse,
  type Difference,
  differences,
} from '@retake/format'

const MAX_HEAD = 200

/**
 * Where two answers of one request differ: in their status, in the type of their body, or in the body. JSON is
 * compared by its structure, a stream of server-sent events by event (`body[3].data.text`), other text by line
 * (`body[12]`). A body that one of them does not hold is not compared.
 */
export function compareAnswers(
  recorded: OutboundResponse,
  now: OutboundResponse,
): readonly Difference[] {
  return [
    ...prefixed('status', differences(recorded.status, now.status)),
    ...prefixed('content-type', differences(mediaType(recorded), mediaType(now))),
    ...prefixed('body', bodyDifferences(recorded, now)),
  ]
}

function bodyDifferences(recorded: OutboundResponse, now: OutboundResponse): readonly Difference[] {
  if (recorded.bodyWithheld !== undefined || now.bodyWithheld !== undefined) return []
  const [one, other] = [comparable(recorded), comparable(now)]
  const found = differences(one, other)
  // What has no values in it, and what stands beyond the many that are looked at, differs all the same.
  const isMissed = found.length === 0 && fingerprint(one ?? null) !== fingerprint(other ?? null)
  return isMissed ? [{ path: '', recorded: headOf(one), now: headOf(other) }] : found
}

function headOf(body: Encoded | undefined): string | undefined {
  return body === undefined ? undefined : JSON.stringify(body).slice(0, MAX_HEAD)
}

function comparable(answer: OutboundResponse): Encoded | undefined {
  const { body } = answer
  if (typeof body !== 'string') return body
  if (mediaType(answer) === 'text/event-stream') return toEvents(body)
  return body.includes('\n') ? body.split('\n') : body
}

// An event ends with an empty line; its fields are lines of `name: value`.
function toEvents(text: string): Encoded {
  return text
    .split(/\r?\n\r?\n|\r\r/)
    .filter((event) => event.trim() !== '')
    .map(toFields)
}

function toFields(event: string): Encoded {
  const fields: Record<string, string> = Object.create(null) as Record<string, string>
  for (const line of event.split(/\r?\n|\r/)) {
    const colon = line.indexOf(':')
    const name = colon === -1 ? line : line.slice(0, colon) || 'comment'
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    fields[name] = name in fields ? `${fields[name]}\n${value}` : value
  }
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, parsed(value)]))
}

function parsed(text: string): Encoded {
  if (!/^[[{"]/.test(text)) return text
  try {
    return JSON.parse(text) as Encoded
  } catch {
    return text
  }
}

function mediaType({ headers }: OutboundResponse): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase()
}

function prefixed(prefix: string, found: readonly Difference[]): readonly Difference[] {
  return found.map(({ path, ...sides }) => ({ path: join(prefix, path), ...sides }))
}

function join(prefix: string, path: string): string {
  if (path === '') return prefix
  return path.startsWith('[') ? `${prefix}${path}` : `${prefix}.${path}`
}
