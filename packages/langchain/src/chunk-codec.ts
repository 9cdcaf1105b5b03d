import type { Encoded } from '@retake/core'
import type { CallCodec, Note } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import type { RunManager } from './hook.ts'
import { pack } from './pack.ts'
import { createTextChunks } from './text-chunks.ts'
import { listenTo, playTokens, toToken, type HeardToken, type Token } from './tokens.ts'
import { unpack } from './unpack.ts'

/** A part that is stored whole: the callbacks for tokens, and a chunk, or one of both. */
interface Part {
  readonly tokens?: readonly Token[]
  readonly chunk?: unknown
}

/**
 * What is stored of the stream of a model. A text is a chunk that is like the last whole one but for its text;
 * `true` is a callback for the last chunk, like the last whole one.
 */
type StoredPart = Part | string | true

export interface StreamContext {
  readonly classes: Classes
  /** Called when a stream that is recorded is over. */
  readonly onEnd: () => void
}

const NONE: readonly Token[] = []

/**
 * Records the chunks of one stream with the callbacks that its model makes for them.
 *
 * Many models make the callback for a chunk when the next one is asked for. It is a part of its own, since
 * it comes while that one is waited for, and much of another stream may come between.
 */
export function createChunkCodec(
  runManager: RunManager | undefined,
  { classes, onEnd }: StreamContext,
): CallCodec {
  const { hear, onEnd: noteEnd, ...recorder } = createRecorder(classes)
  const stopListening = listenTo(runManager, hear)
  return {
    ...recorder,
    onEnd() {
      noteEnd()
      stopListening()
      onEnd()
    },
    isNote,
    unpack: createPlayer(runManager, classes),
  }
}

function createRecorder(classes: Classes): Required<
  Pick<CallCodec, 'pack' | 'onOpen' | 'onEnd'>
> & {
  readonly hear: (token: HeardToken) => void
} {
  const chunks = createTextChunks(classes)
  let note: Note | undefined
  let heard: HeardToken[] = []
  let last: unknown
  let usual: Token | undefined

  function take(next?: unknown): readonly Token[] {
    if (heard.length === 0) return NONE
    const tokens = heard.map((token) => toToken(token, { last, next }, (own) => pack(own, classes)))
    heard = []
    return tokens
  }

  function noteHeard(): void {
    const tokens = take()
    if (tokens.length === 0) return
    usual = tokens.at(-1)
    note?.({ tokens })
  }

  return {
    onOpen: (given) => void (note = given),
    onEnd: noteHeard,
    hear(token) {
      // Nobody records what a replay plays.
      if (note === undefined) return
      const isOfLast = token.chunk !== undefined && token.chunk === last
      // As nearly always.
      if (isOfLast && heard.length === 0 && isLikeToken(token, usual, last)) return note(true)
      heard.push(token)
      if (isOfLast) noteHeard()
    },
    pack(chunk): StoredPart {
      const tokens = take(chunk)
      last = chunk
      const short = tokens.length === 0 ? chunks.shorten(chunk) : undefined
      if (short !== undefined) return short
      return { ...(tokens.length > 0 ? { tokens } : {}), chunk: chunks.pack(chunk) }
    },
  }
}

function createPlayer(
  runManager: RunManager | undefined,
  classes: Classes,
): (stored: unknown) => unknown {
  const chunks = createTextChunks(classes)
  let last: unknown
  let usual: Token | undefined

  const play = (tokens: readonly Token[], next?: unknown) =>
    playTokens(runManager, tokens, { last, next }, (own) => unpack(own, classes))

  async function playPart({ tokens = [], ...part }: Part): Promise<unknown> {
    const hasChunk = 'chunk' in part
    const next = hasChunk ? chunks.unpack(part.chunk) : undefined
    await play(tokens, next)
    if (!hasChunk) usual = tokens.at(-1)
    if (hasChunk) last = next
    return next
  }

  return (given) => {
    const stored = given as StoredPart
    if (stored === true) return play([{ text: textOf(last), index: usual?.index, chunk: 'last' }])
    if (typeof stored === 'object') return playPart(stored)
    return (last = chunks.lengthen(stored))
  }
}

function isNote(stored: Encoded): boolean {
  return stored === true || (typeof stored === 'object' && stored !== null && !('chunk' in stored))
}

function isLikeToken(
  { text, index }: Pick<Token, 'text' | 'index'>,
  usual: Token | undefined,
  chunk: unknown,
): boolean {
  return usual?.chunk === 'last' && text === textOf(chunk) && sameIndex(index, usual.index)
}

function textOf(chunk: unknown): unknown {
  return (chunk as { text?: unknown } | undefined)?.text
}

// The numbers of the prompt and of its answer; some versions give none.
function sameIndex(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other)
}
