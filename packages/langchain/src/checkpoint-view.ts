import type { Scope } from '@retake/core/adapter'
import { isMadeUp } from './made-up-names.ts'

/** What names a checkpoint, or the newest one of a thread. */
export interface ThreadConfig {
  readonly configurable?: {
    readonly thread_id?: string | number | undefined
    readonly checkpoint_ns?: string | undefined
    readonly checkpoint_id?: string | undefined
  }
}

type Write = readonly [task: string, channel: string, value: unknown]

/** A checkpoint with what belongs to it, as LangGraph's savers give it. */
export interface CheckpointTuple {
  readonly config: ThreadConfig
  readonly checkpoint: { readonly id: string; readonly channel_versions: unknown }
  readonly metadata?: unknown
  readonly parentConfig?: ThreadConfig
  readonly pendingWrites?: readonly Write[]
}

/** Writes values as text or bytes, as savers do. */
export interface Serde {
  dumpsTyped(value: unknown): Promise<readonly [type: string, data: Uint8Array]>
  loadsTyped(type: string, data: Uint8Array | string): Promise<unknown>
}

/** A checkpointer of LangGraph, as far as it is used here. */
export interface Saver {
  readonly serde?: Serde
  getTuple(config: ThreadConfig): Promise<CheckpointTuple | undefined>
  list(config: ThreadConfig, options?: ListOptions): AsyncGenerator<CheckpointTuple>
  put(
    config: ThreadConfig,
    checkpoint: { readonly id: string },
    ...rest: unknown[]
  ): Promise<ThreadConfig>
  putWrites(config: ThreadConfig, writes: readonly unknown[], task: string): Promise<void>
  deleteThread?(thread: string): Promise<void>
  getNextVersion?(current: unknown): unknown
}

export interface ListOptions {
  readonly limit?: number
  readonly before?: ThreadConfig
  readonly filter?: Readonly<Record<string, unknown>>
}

export type SaverClass = new (serde?: Serde) => Saver

/** What a session sees of a checkpointer. */
export interface CheckpointView {
  /** Notes a checkpoint that the session writes. */
  noteOwn(config: ThreadConfig, id: string): void
  /** Whether the session itself has written a checkpoint. */
  isOwn(tuple: CheckpointTuple): boolean
  /** In a replay: a saver in memory that holds what was read from the recording, and takes what is written. */
  readonly overlay: Saver
  /** Puts a recorded checkpoint into the overlay. */
  seed(tuple: CheckpointTuple): Promise<void>
  /** How a thread is named in requests: one whose id is a UUID may be made up for each run, and is named by its number. */
  nameOf(thread: string | number | undefined): string | number | undefined
  /** Whether a checkpoint is on the record already, as it is now. Asked once for each that is read. */
  isKnown(tuple: CheckpointTuple): boolean
}

// By session, then by saver: it goes with the session.
const views = new WeakMap<Scope['session'], WeakMap<object, CheckpointView>>()

/** The view that a session has of a checkpointer. */
export function viewOf(
  session: Scope['session'],
  saver: Saver,
  MemorySaver: SaverClass,
): CheckpointView {
  const known = views.get(session) ?? new WeakMap<object, CheckpointView>()
  views.set(session, known)
  const found = known.get(saver)
  if (found) return found
  const view = createView(saver, MemorySaver)
  known.set(saver, view)
  return view
}

function createView(saver: Saver, MemorySaver: SaverClass): CheckpointView {
  const own = new Set<string>()
  const writes = new Map<string, number>()
  const threads = new Map<string | number, string>()
  let memory: Saver | undefined
  const overlay = () => (memory ??= createOverlay(saver, MemorySaver))
  return {
    noteOwn: (config, id) => void own.add(keyOf(config, id)),
    isOwn: ({ config, checkpoint }) => own.has(keyOf(config, checkpoint.id)),
    get overlay() {
      return overlay()
    },
    nameOf(thread) {
      if (thread === undefined || !isMadeUp(String(thread))) return thread
      const name = threads.get(thread) ?? `thread ${threads.size + 1}`
      threads.set(thread, name)
      return name
    },
    seed: (tuple) => plant(overlay(), tuple),
    isKnown({ config, checkpoint, pendingWrites = [] }) {
      const key = keyOf(config, checkpoint.id)
      const isSame = writes.get(key) === pendingWrites.length
      writes.set(key, pendingWrites.length)
      return isSame
    },
  }
}

function createOverlay(saver: Saver, MemorySaver: SaverClass): Saver {
  const overlay = new MemorySaver(saver.serde && typeless(saver.serde))
  // Versions of channels are up to the app's own saver: some use strings.
  if (saver.getNextVersion) overlay.getNextVersion = saver.getNextVersion.bind(saver)
  return overlay
}

// The saver in memory forgets the type that a serializer names, and asks for JSON.
function typeless(serde: Serde): Serde {
  return {
    dumpsTyped: async (value) => ['json', (await serde.dumpsTyped(value)) as never],
    loadsTyped: (_type, dumped) => serde.loadsTyped(...(dumped as never as [string, string])),
  }
}

async function plant(overlay: Saver, tuple: CheckpointTuple): Promise<void> {
  const { config, checkpoint, metadata, parentConfig, pendingWrites = [] } = tuple
  const { thread_id, checkpoint_ns = '' } = config.configurable ?? {}
  const above = { configurable: { thread_id, checkpoint_ns } } as ThreadConfig
  await overlay.put(parentConfig ?? above, checkpoint, metadata, checkpoint.channel_versions)
  const byTask = new Map<string, unknown[]>()
  for (const [task, ...write] of pendingWrites)
    byTask.set(task, [...(byTask.get(task) ?? []), write])
  for (const [task, writes] of byTask) await overlay.putWrites(config, writes, task)
}

function keyOf({ configurable = {} }: ThreadConfig, id: string): string {
  return JSON.stringify([configurable.thread_id, configurable.checkpoint_ns ?? '', id])
}
