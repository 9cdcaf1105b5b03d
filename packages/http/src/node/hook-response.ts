import type { ServerResponse } from 'node:http'
import type { Exchange } from '../exchange.ts'
import { collect, collectLast } from './collect-body.ts'
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
  // Where it was sent before, Node says so.
  if (!headersSent && prepareHead(hook, status, given)) return this
  const args = isPhrase ? [status, reason, hook.head] : [status, hook.head]
  return Reflect.apply(hook.sender.writeHead, this, args) as ServerResponse
}

/** @returns true when the head has been written already, in the app's place. */
function prepareHead(hook: ResponseHook, status: number, given: GivenHeaders | undefined): boolean {
  const { response, exchange, beforeHead } = hook
  hook.head = undefined
  if (beforeHead === undefined && given !== undefined && !Array.isArray(given)) {
    hook.head = withOwnHeaders(response, exchange, given)
    return false
  }
  setGivenHeaders(response, given)
  if (beforeHead?.(status)) return true
  setOwnHeaders(response, exchange)
  return false
}

function write(this: Hooked, ...args: unknown[]): unknown {
  const { [HOOK]: hook } = this
  collect(hook, args)
  return Reflect.apply(hook.sender.write, this, args)
}

function end(this: Hooked, ...args: unknown[]): unknown {
  const { [HOOK]: hook } = this
  if (!this.writableEnded) collectLast(hook, args)
  hook.exchange.answered()
  return Reflect.apply(hook.sender.end, this, args)
}

// It comes once in every ending, and last.
function close(this: Hooked): void {
  this[HOOK].closed()
}
