import { createServer } from 'node:http'
import { answerOf, eventsOf, JSON_HEADERS, STREAM_HEADERS } from './exchanges.mjs'

/** The real provider. It goes on answering during a replay, and counts: whatever gets through is seen. */
export async function openUpstream() {
  let hits = 0
  const server = createServer((request, response) => {
    hits++
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => answer(JSON.parse(Buffer.concat(parts).toString()), response))
  })
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    delivered: () => ({ hits }),
    close: () => server.close().closeAllConnections(),
  }
}

function answer({ id, stream }, response) {
  const number = Number(id.slice('request-'.length))
  response.writeHead(200, stream ? STREAM_HEADERS : JSON_HEADERS)
  if (stream) for (const event of eventsOf(number)) response.write(event)
  response.end(stream ? '' : JSON.stringify(answerOf(number)))
}
