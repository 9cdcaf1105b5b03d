import { type ServerResponse, STATUS_CODES } from 'node:http'
import type { Problem } from '@retake/http'
import { type Sender, senderOf } from '@retake/http/node'

/** Answers with a problem. */
export function sendProblem(
  response: ServerResponse,
  { status, headers, body }: Problem,
  { writeHead, end }: Pick<Sender, 'writeHead' | 'end'> = senderOf(response),
): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.setHeader('Content-Length', Buffer.byteLength(body))
  Reflect.apply(writeHead, response, [status, STATUS_CODES[status]])
  Reflect.apply(end, response, [body])
}
