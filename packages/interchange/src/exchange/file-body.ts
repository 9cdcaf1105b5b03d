import { type Exchange, hasNoBody, type Header, headerOf } from './exchange.ts'

/** Why a file does not hold a body. */
interface WithheldBody {
  readonly withheld: string
}

/** The body that a file tells: its bytes, or why it does not hold them. */
export type FileBody = Uint8Array | WithheldBody

/** The body of a request whose file does not hold it. */
export const NO_REQUEST_BODY: WithheldBody = {
  withheld: 'the file does not hold the body of its request',
}

/** The body of an answer whose file does not hold it. */
export const NO_ANSWER_BODY: WithheldBody = {
  withheld: 'the file does not hold the body of its answer',
}

/** The fields of an exchange that tell the body of its request. */
export function requestBodyOf(
  body: FileBody | undefined,
): Pick<Exchange, 'requestBody' | 'withheldRequest'> {
  if (body === undefined) return {}
  if (!(body instanceof Uint8Array)) return { withheldRequest: body.withheld }
  return body.length === 0 ? {} : { requestBody: body }
}

/**
 * An exchange whose headers tell of a body that its file left empty, marked as one that cannot be replayed.
 *
 * Tools that filter bodies, and those that could not read them any more, leave the headers as they are.
 */
export function withDoubts(exchange: Exchange): Exchange {
  const { method, status, requestHeaders, requestBody, responseHeaders, responseBody } = exchange
  const isAnswerLost = !hasNoBody(method, status) && isLeftOut(responseBody, responseHeaders)
  return {
    ...(isLeftOut(requestBody, requestHeaders) && requestBodyOf(NO_REQUEST_BODY)),
    ...(isAnswerLost && NO_ANSWER_BODY),
    ...exchange,
  }
}

function isLeftOut(body: Uint8Array | undefined, headers: readonly Header[]): boolean {
  const isEmpty = body === undefined || body.length === 0
  return isEmpty && /^[1-9]\d*$/.test(headerOf(headers, 'content-length') ?? '')
}
