import type { RetakeError } from '@retake/core'

/**
 * What a request is answered with that a replay refuses.
 *
 * SDKs try again what is thrown, and what has most other statuses. The body is that of an error in the forms of OpenAI
 * and of Anthropic at once, so that their SDKs give the message on.
 *
 * @see docs/decisions/0044-misses-are-answered.md
 */
export function missResponse({ code, message }: RetakeError): Response {
  const body = { type: 'error', error: { type: 'replay_error', code, message, param: null } }
  return Response.json(body, { status: 400, headers: { 'x-should-retry': 'false' } })
}
