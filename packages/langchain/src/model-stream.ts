import type { Classes } from './classes.ts'
import { concealAs, isLive, reveal } from './concealed.ts'
import type { RunManager } from './hook.ts'
import { pack } from './pack.ts'
import { playTokens, type Token, type TokenTap } from './tokens.ts'

/** A recorded part of a stream: callbacks for tokens, and a chunk, or one of both. */
interface Part {
  readonly tokens?: readonly Token[]
  readonly chunk?: unknown
}

/**
 * The chunks of a model as parts to be recorded.
 *
 * Many models make the callback for a chunk when the next one is asked for. It is a part of its own, since
 * it comes while that one is waited for, and much of another stream may come between.
 */
export async function* recordedChunks(
  open: () => AsyncIterable<unknown>,
  tap: TokenTap,
  classes: Classes,
): AsyncGenerator<Part> {
  const source = open()[Symbol.asyncIterator]()
  let last: unknown
  let isOver = false
  try {
    for (;;) {
      const next = settled(source.next())
      while ((await Promise.race([next, tap.after(last)])) === undefined) {
        yield concealAs(toPart(tap.take(last)), {})
      }
      const result = await next
      if ('error' in result) throw result.error
      isOver = result.done === true
      if (isOver) break
      const chunk: unknown = result.value
      yield concealAs({ ...toPart(tap.take(last, chunk)), chunk: pack(chunk, classes) }, { chunk })
      last = chunk
    }
  } catch (error) {
    isOver = true
    throw error
  } finally {
    if (!isOver) await source.return?.()
  }
  const tokens = tap.take(last)
  if (tokens.length > 0) yield concealAs(toPart(tokens), {})
}

/** The chunks that a model gave, or those that a recording makes of them, with their callbacks. */
export async function* revealedChunks(
  parts: AsyncIterable<Part> | PromiseLike<AsyncIterable<Part>>,
  runManager: RunManager | undefined,
  classes: Classes,
): AsyncGenerator {
  const unpack = (chunk: unknown) => reveal(chunk, classes)
  let last: unknown
  for await (const part of await parts) {
    const hasChunk = 'chunk' in part
    if (isLive(part)) {
      if (hasChunk) yield (reveal(part, classes) as { chunk: unknown }).chunk
      continue
    }
    const next = hasChunk ? unpack(part.chunk) : undefined
    await playTokens(runManager, part.tokens ?? [], { last, next, unpack })
    if (!hasChunk) continue
    yield next
    last = next
  }
}

function toPart(tokens: readonly Token[]): Part {
  return tokens.length > 0 ? { tokens } : {}
}

// Its failure is looked at later, and must not count as unhandled meanwhile.
function settled<T>(promise: Promise<T>): Promise<T | { readonly error: unknown }> {
  return promise.catch((error: unknown) => ({ error }))
}
