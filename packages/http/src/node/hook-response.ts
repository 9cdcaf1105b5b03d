import type { ServerResponse } from 'node:http'
import type { Exchange } from '../exchange.ts'
import { collect, collectLast } from './collect-body.ts'
import { canHold, endHeld, keepPiece, sentBefore, type HeldHead } from './held-response.ts'
import { setGivenHeaders, setOwnHeaders, withOwnHeaders, type GivenHeaders } from './head.ts'
import { ResponseHook, type RequestKnowledge } from './response-hook.ts'

const HOOK = Symbol('retake.hook')

type Hooked = ServerResponse & { [HOOK]: ResponseHook }

/**
 * Makes a response of Node that of an exchange, however the app sends it: its head names the session, its body is
 * collected, and its end is that of the exchange. A response is hooked once.
 */
export function hookResponse(
  response: ServerResponse,
  exchange: Exchange,
  known?: RequestKnowledge,
): ResponseHook {
  const hook = new ResponseHook(response, exchange, known)
  const hooked = response as Hooked
  hooked[HOOK] = hook
  response.writeHead = writeHead
  response.write = write as ServerResponse['write']
  response.end = end as ServerResponse['end']
  response.on('close', close)
  return hook
}

/** The hook of a response that belongs to an exchange already. */
export function hookOf(response: ServerResponse): ResponseHook | undefined {
  return (response as Partial<Hooked>)[HOOK]
}

// These are shared by all responses, as closures for each would be the larger part of what we cost.

function writeHead(
  this: Hooked,
  status: number,
  reason?: string | GivenHeaders,
  headers?: GivenHeaders,
): ServerResponse {
  const { [HOOK]: hook, headersSent } = this
  const isPhrase = typeof reason === 'string'
  const given = isPhrase ? headers : (headers ?? reason)
  if (hook.held) throw sentBefore()
  // Where it was sent before, Node says so.
  if (!headersSent && prepareHead(hook, { status, reason: isPhrase ? reason : undefined }, given)) {
    return this
  }
  const args = isPhrase ? [status, reason, hook.head] : [status, hook.head]
  return Reflect.apply(hook.sender.writeHead, this, args) as ServerResponse
}

/** @returns true when the head has been written already, in the app's place, or is held. */
function prepareHead(hook: ResponseHook, head: HeldHead, given: GivenHeaders | undefined): boolean {
  const { response, exchange, beforeHead } = hook
  hook.head = undefined
  if (beforeHead === undefined && given !== undefined && !Array.isArray(given)) {
    hook.head = withOwnHeaders(response, exchange, given)
    return false
  }
  setGivenHeaders(response, given)
  if (beforeHead?.(head)) return true
  setOwnHeaders(response, exchange)
  return false
}

function write(this: Hooked, ...args: unknown[]): unknown {
  const { [HOOK]: hook } = this
  // Else Node would have it written, and has nothing to write where it is held.
  const mayHold = hook.beforeHead !== undefined && !this.headersSent
  if (mayHold && canHold(hook, this.statusCode)) this.writeHead(this.statusCode)
  collect(hook, args)
  if (hook.held === undefined) return Reflect.apply(hook.sender.write, this, args)
  return keepPiece(args)
}

function end(this: Hooked, ...args: unknown[]): unknown {
  const { [HOOK]: hook } = this
  if (!this.writableEnded) {
    collectLast(hook, args)
    hook.beforeEnd?.()
  }
  hook.exchange.answered()
  return hook.held ? endHeld(hook, args) : Reflect.apply(hook.sender.end, this, args)
}

// It comes once in every ending, and last.
function close(this: Hooked): void {
  this[HOOK].closed()
}
