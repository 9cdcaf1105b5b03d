import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'

// What the service of LangSmith says about itself.
const LANGSMITH_INFO = JSON.stringify({
  version: '0.12.0',
  instance_flags: { gzip_body_enabled: true },
  batch_ingest_config: {
    use_multipart_endpoint: true,
    scale_up_qsize_trigger: 1000,
    scale_up_nthreads_limit: 16,
    scale_down_nempty_trigger: 4,
    size_limit: 100,
    size_limit_bytes: 20_971_520,
  },
})

/**
 * Stands in for the services that the peers send to. It keeps what it gets, and looks into it only when
 * asked what was delivered. It runs in a process of its own, so its work is nobody's cost.
 */
export async function openSink() {
  const received = []
  const server = createServer((request, response) => {
    if (request.url.endsWith('/info')) {
      response.end(LANGSMITH_INFO)
      return
    }
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      received.push({ headers: request.headers, url: request.url, body: Buffer.concat(parts) })
      response.end(/json|multipart/.test(request.headers['content-type']) ? '{}' : '')
    })
  })
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** How many calls have come, and in how many bytes. */
    delivered() {
      const runs = new Set()
      const spans = received.map((message) => countSpans(message, runs))
      return {
        calls: spans.reduce((sum, count) => sum + count, 0) + runs.size,
        bytes: received.reduce((sum, { body }) => sum + body.length, 0),
      }
    },
    close: () => server.close().closeAllConnections(),
  }
}

function countSpans({ headers, url, body }, runs) {
  const content = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  if (url.endsWith('/runs/multipart')) return noteRuns(content.toString(), runs)
  if (headers['content-type'].includes('json')) return countJson(JSON.parse(content.toString()))
  return countFields(content, [1, 2, 2])
}

// A run has come when its outputs have, be it with its start or later.
function noteRuns(text, runs) {
  for (const [, id] of text.matchAll(/name="(?:post|patch)\.([\w-]+)\.outputs"/g)) runs.add(id)
  return 0
}

function countJson({ resourceSpans = [] }) {
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans)
    .reduce((sum, { spans }) => sum + spans.length, 0)
}

/** Counts the fields on a path of field numbers in a protobuf message. */
function countFields(bytes, [field, ...deeper]) {
  let count = 0
  for (let at = 0; at < bytes.length;) {
    const key = readVarint(bytes, at)
    const size = readVarint(bytes, key.end)
    // All fields on the way are messages: wire type 2, a length and so many bytes.
    if ((key.value & 7) !== 2) throw new Error('Not a request of OpenTelemetry.')
    const end = size.end + size.value
    if (key.value >> 3 === field) {
      count += deeper.length === 0 ? 1 : countFields(bytes.subarray(size.end, end), deeper)
    }
    at = end
  }
  return count
}

function readVarint(bytes, start) {
  let value = 0
  let at = start
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++]
    value |= (byte & 0x7f) << shift
    if (byte < 0x80) return { value, end: at }
  }
}
