import { currentScope, type Scope } from '@retake/core/adapter'

/** What LangChain goes by when it sets up the callbacks of a stream. */
export interface StreamConfig {
  readonly callbacks?: unknown
  readonly tags?: unknown
  readonly metadata?: unknown
}

interface OpenStream {
  readonly config: StreamConfig
  /** What was set up, once it was. */
  manager?: unknown
}

// By the metadata of a stream, which is an object of its own, within the scope in which it was made.
const streams = new WeakMap<Scope, WeakMap<object, OpenStream>>()

/**
 * Has a stream set up its callbacks once, as long as it is read in the scope in which it was made.
 *
 * LangChain does so again for each chunk, to look for a tracer: it reads its variables of the environment and copies
 * the handlers, which is half of what having a handler costs a stream.
 *
 * @param config as the stream was made with.
 * @returns is to be called when the stream is over.
 * @see docs/decisions/0042-streams-set-up-callbacks-once.md
 */
export function configureOnce(config: StreamConfig | undefined): () => void {
  const scope = currentScope()
  const { metadata } = config ?? {}
  if (scope === undefined || config === undefined || !isObject(metadata)) return () => {}
  const open = streams.get(scope) ?? new WeakMap<object, OpenStream>()
  streams.set(scope, open)
  open.set(metadata, { config })
  return () => void open.delete(metadata)
}

/** The stream for which callbacks are being set up, if it is for one: that gives nothing but what it was made with. */
export function findStream(
  inherited: unknown,
  local: unknown,
  [tags, localTags, metadata, ...more]: readonly unknown[],
): OpenStream | undefined {
  if (local !== undefined || localTags !== undefined || more.length > 0) return undefined
  const scope = currentScope()
  if (scope === undefined || !isObject(metadata)) return undefined
  const stream = streams.get(scope)?.get(metadata)
  const isSame = stream?.config.callbacks === inherited && stream?.config.tags === tags
  return isSame ? stream : undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
