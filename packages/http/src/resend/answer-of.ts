import { encode, type OutboundResponse } from '@retake/format'
import { parseBody } from '../stored-request.ts'
import { createRedactor } from '@retake/redact'

/**
 * A response in the form in which a session keeps the one it gave, so that the two can be compared. Reads its
 * body to the end. Credentials are removed, as they are in recordings; rules of an app's own are not known here.
 */
export async function answerOf(response: Response): Promise<OutboundResponse> {
  const redactor = createRedactor()
  const { status } = response
  const headers = redactor.headers(response.headers)
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (bytes.length === 0) return { status, headers }
  const parsed = encode(parseBody(bytes, headers['content-type'] ?? ''))
  return { status, headers, body: redactor.value(parsed).value }
}
