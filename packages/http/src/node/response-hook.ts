import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { OverReason } from '@retake/core/adapter'
import type { Ending, Exchange } from '../exchange.ts'
import type { SentBody } from '../sent-body.ts'
import { resolveOverReason } from './over-reason.ts'
import { canHold, holdHead, releaseHead, sendHeld, type HeldHead } from './held-response.ts'
import { compareResponse, recordResponse } from './record-response.ts'
import { senderOf, type Sender } from './sender.ts'

/** What a framework knows of a request besides its response. */
export interface RequestKnowledge {
  /** What the handler threw, where the framework has made a response of it. */
  readonly error?: unknown
  /** Records what the app has read of the request's body. Called once, just before the exchange is over. */
  record(): void
}

/**
 * Called when the head is about to be written, with the app's headers set on the response.
 *
 * @returns true when the head has been written already, in the app's place, or is held back.
 */
export type BeforeHead = (head: HeldHead) => boolean

// A class, because a closure for each method of each response would cost more than what they do.
/** A response of Node as that of an exchange. */
export class ResponseHook {
  readonly response: ServerResponse
  readonly exchange: Exchange
  readonly known: RequestKnowledge | undefined
  /** What sends the response beneath us. */
  readonly sender: Sender
  /** Set by what supervises a response: it may put another one in its place. */
  beforeHead: BeforeHead | undefined = undefined
  /** Set by what supervises a response: called when all of its body is known, and before the last of it is sent. */
  beforeEnd: (() => void) | undefined = undefined
  /** Set while the head of a replay waits for all of its body. */
  held: HeldHead | undefined = undefined
  /** Set when the app wants its head to be out now. */
  isFlushing = false
  /** Set while a handler runs that the exchange waits for, although its client may have gone. */
  isHandling = false
  isOver = false
  body: SentBody | undefined = undefined
  head: OutgoingHttpHeaders | undefined = undefined

  constructor(response: ServerResponse, exchange: Exchange, known: RequestKnowledge | undefined) {
    this.response = response
    this.exchange = exchange
    this.known = known
    this.sender = senderOf(response)
  }

  /** Whether the head is out, whatever the app is told. */
  get isHeadSent(): boolean {
    return this.held === undefined && this.response.headersSent
  }

  /** Holds a head back until all of its body is known, where that can be done. To the app it is sent. */
  hold(head: HeldHead): boolean {
    if (!canHold(this, head.status)) return false
    holdHead(this, head)
    return true
  }

  /** Sends the head that is held, if one is, and what has come of its body. No later one is held. */
  flush(): void {
    this.isFlushing = true
    if (this.held) sendHeld(this)
  }

  /** Forgets the head that is held, and what has come of its body: another answer takes their place. */
  discard(): void {
    if (releaseHead(this)) this.body = undefined
  }

  /** Compares what is sent with the recorded answer, when all of its body is known. */
  compare(): void {
    compareResponse(this)
  }

  /** The handler has returned. */
  handled(): void {
    this.isHandling = false
    if (this.response.closed) this.closed()
  }

  /** The response has closed. */
  closed(): void {
    if (this.isHandling) return
    const { response } = this
    const reason = resolveOverReason(response, response.req.socket)
    this.over(reason, { status: response.statusCode })
  }

  /** Ends the exchange, and records what was read and sent by then. Only the first call counts. */
  over(reason: OverReason, { status, error = this.known?.error }: Ending): void {
    if (this.isOver) return
    this.isOver = true
    this.known?.record()
    recordResponse(this, reason)
    this.exchange.over(reason, { status, error })
  }
}
