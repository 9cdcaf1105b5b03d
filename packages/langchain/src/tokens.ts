import { defineHidden, type RunManager } from './hook.ts'

/** A callback that a model has made for a token. */
export interface Token {
  readonly text: unknown
  readonly index: unknown
  /** The chunk that went with it: the one before the callback, the one after it, or one of its own. */
  readonly chunk?: 'last' | 'next' | { readonly own: unknown }
}

interface HeardToken {
  readonly text: unknown
  readonly index: unknown
  readonly chunk: unknown
}

/** Hears the callbacks that a model makes, which differ from version to version. */
export interface TokenTap {
  /** To be handed to the model in the place of its own. */
  readonly runManager: RunManager | undefined
  /** The callbacks since the last time, seen from between two chunks. */
  take(last?: unknown, next?: unknown): readonly Token[]
  /** Resolves when there is a callback for a chunk that was given already. */
  after(last: unknown): Promise<undefined>
}

/** Listens to the callbacks that are made through a run manager, and lets them through. */
export function tapTokens(
  runManager: RunManager | undefined,
  pack: (chunk: unknown) => unknown,
): TokenTap {
  let heard: HeardToken[] = []
  let notify = (_token: HeardToken): void => {}

  function hear(token: HeardToken): void {
    heard.push(token)
    notify(token)
  }

  return {
    runManager: runManager?.handleLLMNewToken && listen(runManager, hear),
    take(last, next) {
      const tokens = heard.map((token) => toToken(token, last, next, pack))
      heard = []
      return tokens
    },
    after: (last) =>
      new Promise((resolve) => {
        notify = ({ chunk }) => void (chunk === last && last !== undefined && resolve(undefined))
        heard.forEach(notify)
      }),
  }
}

/** Makes the recorded callbacks again. */
export async function playTokens(
  runManager: RunManager | undefined,
  tokens: readonly Token[],
  { last, next, unpack }: { last?: unknown; next?: unknown; unpack: (chunk: unknown) => unknown },
): Promise<void> {
  for (const { text, index, chunk } of tokens) {
    const own = typeof chunk === 'object' ? unpack(chunk.own) : undefined
    const given = chunk === 'last' ? last : chunk === 'next' ? next : own
    const fields = given === undefined ? undefined : { chunk: given }
    await runManager?.handleLLMNewToken?.(text, index, undefined, undefined, undefined, fields)
  }
}

function listen(runManager: RunManager, hear: (token: HeardToken) => void): RunManager {
  const listening = Object.create(runManager) as RunManager
  defineHidden(listening, 'handleLLMNewToken', (...args: unknown[]) => {
    const { chunk } = (args[5] ?? {}) as { chunk?: unknown }
    hear({ text: args[0], index: args[1], chunk })
    return runManager.handleLLMNewToken?.(...args)
  })
  return listening
}

function toToken(
  { text, index, chunk }: HeardToken,
  last: unknown,
  next: unknown,
  pack: (chunk: unknown) => unknown,
): Token {
  if (chunk === undefined) return { text, index }
  if (chunk === last) return { text, index, chunk: 'last' }
  if (chunk === next) return { text, index, chunk: 'next' }
  return { text, index, chunk: { own: pack(chunk) } }
}
