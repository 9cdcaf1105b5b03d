import { patchMethod, type Method, type RunManager } from './hook.ts'

/** A callback that a model has made for a token. */
export interface Token {
  readonly text: unknown
  readonly index: unknown
  /** The chunk that went with it: the one before the callback, the one after it, or one of its own. */
  readonly chunk?: 'last' | 'next' | { readonly own: unknown }
}

/** A callback as it is made. */
export interface HeardToken {
  readonly text: unknown
  readonly index: unknown
  readonly chunk: unknown
}

/** The chunks before and after a callback. */
export interface Neighbours {
  readonly last?: unknown
  readonly next?: unknown
}

type Hear = (token: HeardToken) => void

interface Listener {
  readonly hear: Hear
  /** Whether a handler has use for tokens. LangChain goes through all of them for each token all the same. */
  readonly isWanted: boolean
}

const listeners = new WeakMap<RunManager, Listener>()

/**
 * Has a run manager tell of the callbacks that its model makes, and let them through. There is one per call.
 *
 * @returns is to be called when the call is over: what is listened to lives as long as the garbage collector takes
 * to look at all of memory.
 */
export function listenTo(runManager: RunManager | undefined, hear: Hear): () => void {
  if (runManager?.handleLLMNewToken === undefined) return () => {}
  // Its class is armed, once, since a method of its own would cost each of them more than all else of this.
  const isOwn = Object.hasOwn(runManager, 'handleLLMNewToken')
  const holder = isOwn ? runManager : (Object.getPrototypeOf(runManager) as object)
  patchMethod(holder, 'handleLLMNewToken', tellListener)
  listeners.set(runManager, { hear, isWanted: runManager.handlers?.some(wantsTokens) !== false })
  return () => void listeners.delete(runManager)
}

function tellListener(original: Method): Method {
  const handleNewToken = function (this: RunManager, ...args: unknown[]): Promise<void> {
    const listener = listeners.get(this)
    if (listener === undefined) return original.apply(this, args as never[]) as Promise<void>
    const { chunk } = (args[5] ?? {}) as { chunk?: unknown }
    listener.hear({ text: args[0], index: args[1], chunk })
    return listener.isWanted
      ? (original.apply(this, args as never[]) as Promise<void>)
      : Promise.resolve()
  }
  return handleNewToken
}

/** What is stored of a callback. */
export function toToken(
  { text, index, chunk }: HeardToken,
  { last, next }: Neighbours,
  pack: (chunk: unknown) => unknown,
): Token {
  if (chunk === undefined) return { text, index }
  if (chunk === last) return { text, index, chunk: 'last' }
  if (chunk === next) return { text, index, chunk: 'next' }
  return { text, index, chunk: { own: pack(chunk) } }
}

/** Makes recorded callbacks again. */
export async function playTokens(
  runManager: RunManager | undefined,
  tokens: readonly Token[],
  { last, next }: Neighbours,
  unpack: (chunk: unknown) => unknown,
): Promise<void> {
  for (const { text, index, chunk } of tokens) {
    const own = typeof chunk === 'object' ? unpack(chunk.own) : undefined
    const given = chunk === 'last' ? last : chunk === 'next' ? next : own
    const fields = given === undefined ? undefined : { chunk: given }
    await runManager?.handleLLMNewToken?.(text, index, undefined, undefined, undefined, fields)
  }
}

function wantsTokens(handler: {
  readonly ignoreLLM?: boolean
  readonly handleLLMNewToken?: unknown
}): boolean {
  return typeof handler.handleLLMNewToken === 'function' && handler.ignoreLLM !== true
}
