import { ReplayEscapeError } from '@retake/core'
import { currentScope, failSession, runInScope, type Scope } from '@retake/core/adapter'
import {
  checkThread,
  dumpRead,
  loadRead,
  placeOf,
  recordRead,
  toRead,
  type Read,
} from './checkpoint-reads.ts'
import {
  viewOf,
  type CheckpointTuple,
  type CheckpointView,
  type ListOptions,
  type Saver,
  type SaverClass,
  type Serde,
  type ThreadConfig,
} from './checkpoint-view.ts'
import { defineHidden } from './hook.ts'

export interface SaverClasses {
  readonly MemorySaver: SaverClass
}

/** A session that comes to a checkpointer. */
interface Visit {
  readonly scope: Scope
  readonly view: CheckpointView
  readonly isReplay: boolean
}

interface Context {
  readonly serde: Serde
  readonly visit: () => Visit | undefined
}

/** A method of a checkpointer, bound to it. */
type Bound = (...args: never[]) => unknown
type Wrap = (original: never, context: Context) => Bound

const armed = new WeakSet<object>()

/**
 * Gives a checkpointer methods by which each session sees a state of its own: what a session reads is recorded, and
 * what a replay writes goes to memory that is dropped with it. A replay never asks the checkpointer itself.
 *
 * @see docs/decisions/0069-a-replay-sees-threads-through-a-view.md
 */
export function armCheckpointer(given: unknown, { MemorySaver }: SaverClasses): void {
  if (!isSaver(given) || armed.has(given)) return
  if (!Object.isExtensible(given)) return refuseFrozen(given)
  armed.add(given)
  const serde = given.serde ?? (new MemorySaver() as { serde: Serde }).serde
  const visit = (): Visit | undefined => {
    const scope = currentScope()
    if (scope === undefined || scope.beneath === 'leaf') return undefined
    const { session } = scope
    return { scope, view: viewOf(session, given, MemorySaver), isReplay: session.isReplay }
  }
  for (const [name, wrap] of METHODS) {
    const original: unknown = Reflect.get(given, name)
    if (typeof original !== 'function') continue
    const bound = original.bind(given) as never
    defineHidden(given, name, wrap(bound, { serde, visit }))
  }
}

const METHODS: readonly [string, Wrap][] = [
  ['getTuple', hookGetTuple],
  ['list', hookList],
  ['getDeltaChannelHistory', hookHistory],
  ['put', hookPut],
  ['putWrites', hookWrite('putWrites')],
  ['deleteThread', hookWrite('deleteThread')],
  ['deleteForRuns', hookWrite('deleteForRuns')],
  ['copyThread', hookWrite('copyThread')],
  ['prune', hookWrite('prune')],
]

function isSaver(value: unknown): value is Saver {
  return typeof value === 'object' && value !== null && 'getTuple' in value && 'putWrites' in value
}

// Nothing of a frozen one can be held back.
function refuseFrozen(saver: Saver): void {
  const session = currentScope()?.session
  if (session === undefined) return
  const { name } = saver.constructor
  const what = `the checkpointer ${name} is frozen, so that a graph's state cannot be recorded`
  if (session.isReplay) {
    const text = `A replay must not write to the threads of the app, and ${what}.`
    throw failSession(session, new ReplayEscapeError(text))
  }
  session.warn(`checkpointer ${name}`, `${what}: its sessions cannot be replayed.`)
}

function hookGetTuple(ask: Saver['getTuple'], { serde, visit }: Context): Saver['getTuple'] {
  return async (config) => {
    const visited = visit()
    if (visited === undefined) return ask(config)
    const { view, isReplay } = visited
    const read = await recordRead('getTuple', placeOf(config, view), async () => {
      const fresh = isReplay ? await view.overlay.getTuple(config) : undefined
      return toRead(fresh ?? (await ask(config)), view, serde)
    })
    return give(read, config, { view, serde })
  }
}

/** What a read comes to: what the saver gave, or in a replay the same state out of the view. */
async function give(
  { value, stored }: Read<CheckpointTuple>,
  config: ThreadConfig,
  { view, serde }: { readonly view: CheckpointView; readonly serde: Serde },
): Promise<CheckpointTuple | undefined> {
  if (value !== undefined || stored === 'none') return value
  if (stored === 'own') return view.overlay.getTuple(config)
  const isKnown = typeof stored === 'object' && 'config' in stored
  const tuple = isKnown ? stored : ((await loadRead(serde, stored)) as CheckpointTuple)
  checkThread(config, tuple.config)
  if (!isKnown) await view.seed(tuple as CheckpointTuple)
  const configurable = { ...config.configurable, ...tuple.config.configurable }
  return view.overlay.getTuple({ ...config, configurable })
}

// The call is made when the list is asked for; it is read, and recorded, one by one.
function hookList(ask: Saver['list'], { serde, visit }: Context): Saver['list'] {
  return (config, options) => {
    const visited = visit()
    if (visited === undefined) return ask(config, options)
    const { scope, view } = visited
    const { limit, filter, before } = options ?? {}
    const request = {
      ...placeOf(config, view),
      limit,
      filter,
      before: before && placeOf(before, view),
    }
    async function* read(): AsyncGenerator<Read<CheckpointTuple>> {
      for await (const tuple of ask(config, options)) yield toRead(tuple, view, serde)
    }
    const reads = runInScope(scope, () => recordRead('list', request, read))
    return givenTuples(reads, { config, view, serde, own: () => ownTuples(view, config, options) })
  }
}

interface Given {
  readonly config: ThreadConfig
  readonly view: CheckpointView
  readonly serde: Serde
  readonly own: () => AsyncGenerator<CheckpointTuple, void>
}

async function* givenTuples(
  reads: AsyncIterable<Read<CheckpointTuple>> | PromiseLike<AsyncIterable<Read<CheckpointTuple>>>,
  { config, view, serde, own }: Given,
): AsyncGenerator<CheckpointTuple> {
  let mine: AsyncGenerator<CheckpointTuple, void> | undefined
  for await (const read of await reads) {
    const isOwn = read.value === undefined && read.stored === 'own'
    const tuple = isOwn ? await nextOf((mine ??= own())) : await give(read, config, { view, serde })
    if (tuple !== undefined) yield tuple
  }
}

async function nextOf<T>(items: AsyncGenerator<T, void>): Promise<T | undefined> {
  const { value } = await items.next()
  return value ?? undefined
}

async function* ownTuples(
  view: CheckpointView,
  config: ThreadConfig,
  options: ListOptions = {},
): AsyncGenerator<CheckpointTuple, void> {
  const { limit: _limit, ...rest } = options
  for await (const tuple of view.overlay.list(config, rest)) if (view.isOwn(tuple)) yield tuple
}

type History = (options: {
  readonly config: ThreadConfig
  readonly channels: readonly string[]
}) => Promise<unknown>

function hookHistory(ask: History, { serde, visit }: Context): History {
  return async (options) => {
    const visited = visit()
    if (visited === undefined) return ask(options)
    const request = { ...placeOf(options.config, visited.view), channels: options.channels }
    const { value, stored } = await recordRead(
      'getDeltaChannelHistory',
      request,
      async (): Promise<Read> => {
        const history = await ask(options)
        return { value: history, stored: await dumpRead(serde, history) }
      },
    )
    return value ?? loadRead(serde, stored)
  }
}

function hookPut(put: Saver['put'], { visit }: Context): Saver['put'] {
  return (config, checkpoint, ...rest) => {
    const visited = visit()
    visited?.view.noteOwn(config, checkpoint.id)
    if (!visited?.isReplay) return put(config, checkpoint, ...rest)
    return visited.view.overlay.put(config, checkpoint, ...rest)
  }
}

function hookWrite(name: string): Wrap {
  return (original: Bound, { visit }) =>
    async (...args) => {
      const visited = visit()
      if (!visited?.isReplay) return original(...args)
      const { view, scope } = visited
      const write: unknown = Reflect.get(view.overlay, name)
      if (typeof write === 'function') return write.apply(view.overlay, args) as unknown
      const text = `A replay must not write to the threads of the app, and a view of them knows no ${name}().`
      throw failSession(scope.session, new ReplayEscapeError(text))
    }
}
