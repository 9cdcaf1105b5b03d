import { gunzipSync } from 'node:zlib'
import { countFields } from './protobuf.mjs'

/** What marks a chunk of a stream that was kept as it came, in whatever it is packed. */
export const CHUNK_MARK = 'text-delta'

/** How many calls a service was sent, how many chunks of streams among them, and in how many bytes. */
export function countDelivered(messages) {
  const runs = new Set()
  let calls = 0
  let chunks = 0
  for (const { headers, url, body } of messages) {
    const content = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    calls += countCalls({ headers, url, content }, runs)
    chunks += countMarks(content)
  }
  return {
    calls: calls + runs.size,
    chunks,
    bytes: messages.reduce((sum, { body }) => sum + body.length, 0),
  }
}

function countCalls({ headers, url, content }, runs) {
  if (url.endsWith('/runs/multipart')) return noteRuns(content.toString(), runs)
  if (!headers['content-type'].includes('json')) return countFields(content, [1, 2, 2])
  const sent = JSON.parse(content.toString())
  if (Array.isArray(sent)) return sent.length
  return url.endsWith('/logs3') ? noteRows(sent.rows, runs) : countSpans(sent)
}

// A run of LangSmith has come when its outputs have, be it with its start or later.
function noteRuns(text, runs) {
  for (const [, id] of text.matchAll(/name="(?:post|patch)\.([\w-]+)\.outputs"/g)) runs.add(id)
  return 0
}

// The same for a row of Braintrust.
function noteRows(rows, runs) {
  for (const { id, output } of rows) if (output !== undefined) runs.add(id)
  return 0
}

function countSpans({ resourceSpans = [] }) {
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .reduce((sum, { spans }) => sum + spans.length, 0)
}

function countMarks(content) {
  let count = 0
  for (let at = content.indexOf(CHUNK_MARK); at >= 0; at = content.indexOf(CHUNK_MARK, at + 1)) {
    count++
  }
  return count
}
