import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { HEADER } from '@retake/http'
import { type ResponseHook, senderOf, setOwnHeaders } from '@retake/http/node'
import { sendProblem } from './problem.ts'

/**
 * Watches over the response of a replay: its verdict goes into the head, or after the body. When the
 * replay has failed by the time the head is written, its problem takes the place of the app's answer.
 */
export function superviseReplay(hook: ResponseHook): void {
  const { response, exchange } = hook
  // A problem goes past what stands before the head, not past what collects the body.
  const { writeHead } = hook.sender
  const { write, end, addTrailers } = senderOf(response)
  const flushHeaders = response.flushHeaders.bind(response)
  const trailers: [string, string][] = []
  let isReplaced = false
  let isEnding = false
  let isAnnounced = false

  function replace(): boolean {
    const problem = isReplaced || hook.isHeadSent ? undefined : exchange.problem()
    if (problem === undefined) return isReplaced
    isReplaced = true
    hook.discard()
    discardHeaders(response)
    setOwnHeaders(response, exchange)
    response.setHeader(HEADER.replayStatus, exchange.status())
    sendProblem(response, problem, { writeHead, end })
    return true
  }

  hook.beforeHead = (head) => {
    if (replace()) return true
    if (isEnding) hook.compare()
    response.setHeader(HEADER.replayStatus, isEnding ? exchange.status() : 'pending')
    if (!isEnding && hook.hold(head)) return true
    const isMeasured = response.hasHeader('content-length')
    isAnnounced = !isEnding && !isMeasured && isChunked(response, head.status)
    if (isAnnounced) response.appendHeader('Trailer', HEADER.replayStatus)
    return false
  }

  hook.beforeEnd = () => {
    isEnding = true
    // Else when its head is about to be written, which is complete only then.
    if (response.headersSent) hook.compare()
    if (hook.held) response.setHeader(HEADER.replayStatus, exchange.status())
    if (isAnnounced) trailers.push([HEADER.replayStatus, exchange.status()])
    if (trailers.length > 0) Reflect.apply(addTrailers, response, [trailers])
  }

  Object.assign(response, {
    write(...args: unknown[]): unknown {
      return replace() ? drop(args) : Reflect.apply(write, response, args)
    },
    end(...args: unknown[]) {
      if (replace()) drop(args)
      else Reflect.apply(end, response, args)
      return response
    },
    flushHeaders() {
      hook.flush()
      flushHeaders()
    },
    // Handed on at the end, because Node keeps only those of the last call.
    addTrailers: (added: Trailers) => void trailers.push(...toPairs(added)),
  })
}

type Trailers = OutgoingHttpHeaders | readonly (readonly [string, string])[]

function toPairs(trailers: Trailers): readonly [string, string][] {
  const pairs = Array.isArray(trailers) ? trailers : Object.entries(trailers)
  return pairs.map(([name, value]) => [name, String(value)])
}

// Takes what the app writes after its answer was replaced, so that the app comes to its end.
function drop(args: readonly unknown[]): true {
  const callback = args.find((argument) => typeof argument === 'function')
  if (callback) process.nextTick(callback)
  return true
}

// What lets a page of another origin read the answer stays.
function discardHeaders(response: ServerResponse): void {
  for (const name of response.getHeaderNames()) {
    if (name !== 'vary' && !name.startsWith('access-control-')) response.removeHeader(name)
  }
}

// Node refuses to announce trailers on a response that it does not send in chunks.
function isChunked(response: ServerResponse, status: number): boolean {
  const { method, httpVersion } = response.req
  const encoding = response.getHeader('transfer-encoding') ?? 'chunked'
  const hasBody = method !== 'HEAD' && status !== 204 && status !== 304
  return hasBody && httpVersion === '1.1' && /\bchunked\b/i.test(String(encoding))
}
