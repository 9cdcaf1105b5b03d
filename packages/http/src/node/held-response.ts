import type { ServerResponse } from 'node:http'
import { SentBody } from '../sent-body.ts'
import { MAX_BODY_BYTES } from '../stored-request.ts'
import type { Sender } from './sender.ts'

/** What is looked at of a hooked response. */
interface Holding {
  readonly response: ServerResponse
  readonly sender: Sender
  readonly isFlushing: boolean
  readonly body: SentBody | undefined
  held: HeldHead | undefined
}

/** A head that the app has written, and that waits for its body. */
export interface HeldHead {
  readonly status: number
  readonly reason: string | undefined
}

/**
 * Whether a head can be held back until all of its body is known, for the verdict of a replay to stand in it: the app
 * says how long the body is, so that nobody waits for it piece by piece.
 */
export function canHold({ response, isFlushing }: Holding, status: number): boolean {
  const length = Number(response.getHeader('content-length'))
  const hasBody = response.req.method !== 'HEAD' && status !== 204 && status !== 304
  return hasBody && !isFlushing && length > 0 && length <= MAX_BODY_BYTES
}

/** Holds a head back. To the app it is sent. */
export function holdHead(hook: Holding, held: HeldHead): void {
  const { response } = hook
  hook.held = held
  response.statusCode = held.status
  Object.defineProperty(response, 'headersSent', { configurable: true, value: true })
}

/** Gives a held head up: what is sent of the response from now on is sent. */
export function releaseHead(hook: Holding): HeldHead | undefined {
  const { held, response } = hook
  hook.held = undefined
  if (held !== undefined) Reflect.deleteProperty(response, 'headersSent')
  return held
}

/** Takes a piece of a body whose head is held. It has been collected. */
export function keepPiece(args: readonly unknown[]): true {
  const callback = callbackOf(args)
  if (callback) process.nextTick(callback)
  return true
}

/** Sends the head that is held, and what has come of its body. */
export function sendHeld(hook: Holding): void {
  const { response, sender, body } = hook
  sendHead(hook)
  if (body && body.size > 0) Reflect.apply(sender.write, response, [body.bytes()])
}

/** Ends a response whose head is held: all of it is sent. */
export function endHeld(hook: Holding, args: readonly unknown[]): unknown {
  const { response, sender, body = new SentBody() } = hook
  sendHead(hook)
  return Reflect.apply(sender.end, response, [body.bytes(), callbackOf(args)])
}

/** What Node gives who writes a head twice. */
export function sentBefore(): Error {
  const error = new Error('Cannot write headers after they are sent to the client')
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' })
}

function sendHead(hook: Holding): void {
  const { response, sender } = hook
  const { status, reason } = releaseHead(hook) ?? {}
  if (status === undefined) return
  Reflect.apply(sender.writeHead, response, reason === undefined ? [status] : [status, reason])
}

function callbackOf(args: readonly unknown[]): (() => void) | undefined {
  return args.find((argument) => typeof argument === 'function') as (() => void) | undefined
}
