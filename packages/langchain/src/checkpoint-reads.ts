import { call, ReplayMissError, ReplayNoSnapshotsError, type CallOptions } from '@retake/core'
import { currentScope, failSession, type CallCodec } from '@retake/core/adapter'
import type { CheckpointTuple, CheckpointView, Serde, ThreadConfig } from './checkpoint-view.ts'
import { dump, load, type Dumped } from './saver-dump.ts'
import { UUIDS } from './uuids.ts'

/** What a checkpointer gave: the value itself while recording, and what is on the record in a replay. */
export interface Read<T = unknown> {
  readonly value?: T
  readonly stored?: StoredRead
}

/**
 * What is stored of a read: nothing found, a checkpoint that the session itself has written, one that is on its record
 * already, or the whole.
 */
export type StoredRead =
  | 'none'
  | 'own'
  | { readonly config: ThreadConfig }
  | { readonly dumped: Dumped }
  | { readonly failed: string }

const NOT_RECORDED =
  'the session holds no state of its threads: it was recorded by an earlier version, or without @retake/langchain. Record it again'

const codec: CallCodec = {
  pack: (read) => (read as Read).stored,
  unpack: (stored): Read => ({ stored: stored as StoredRead }),
}

/** Records or serves a read of a checkpointer. It is made as a whole: reads that it leads to are a part of it. */
export function recordRead<T>(name: string, request: unknown, run: () => T): T {
  const about: CallOptions = {
    kind: 'effect',
    name: `checkpointer.${name}`,
    request,
    leaf: true,
    codec,
    missHint: NOT_RECORDED,
  }
  return call(about, run)
}

/** What is stored of a checkpoint that was read. */
export async function toRead(
  tuple: CheckpointTuple | undefined,
  view: CheckpointView,
  serde: Serde,
): Promise<Read<CheckpointTuple>> {
  if (tuple === undefined) return { stored: 'none' }
  if (view.isOwn(tuple)) return { value: tuple, stored: 'own' }
  const config = bare(tuple.config)
  if (view.isKnown(tuple)) return { value: tuple, stored: { config } }
  const { parentConfig } = tuple
  const above = parentConfig ? { parentConfig: bare(parentConfig) } : {}
  return { value: tuple, stored: await dumpRead(serde, { ...tuple, config, ...above }) }
}

// Some savers hand on the whole config of the run that asks.
function bare({ configurable = {} }: ThreadConfig): ThreadConfig {
  const { thread_id, checkpoint_ns, checkpoint_id } = configurable
  return { configurable: { thread_id, checkpoint_ns, checkpoint_id } }
}

/** What is stored of any other value that was read. */
export async function dumpRead(serde: Serde, value: unknown): Promise<StoredRead> {
  try {
    return { dumped: await dump(serde, value) }
  } catch (error) {
    // The app's own saver has this value; only the replay has to do without.
    return { failed: String(error) }
  }
}

/** The value on the record. */
export async function loadRead(serde: Serde, stored: StoredRead | undefined): Promise<unknown> {
  if (typeof stored === 'object' && 'dumped' in stored) return load(serde, stored.dumped)
  const reason = typeof stored === 'object' && 'failed' in stored ? `: ${stored.failed}` : ''
  throw new ReplayNoSnapshotsError(
    `The state that a graph read from its checkpointer could not be recorded${reason}. Give the checkpointer a serializer that can write it, and record the session again.`,
  )
}

/**
 * What a read is told apart by. Ids of tasks and checkpoints are made up in each run, but for those that come from the
 * recording.
 */
export function placeOf(
  { configurable = {} }: ThreadConfig,
  view: CheckpointView,
): Readonly<Record<string, unknown>> {
  const { thread_id, checkpoint_ns = '', checkpoint_id } = configurable
  return {
    thread: view.nameOf(thread_id),
    namespace: checkpoint_ns.replace(UUIDS, '*'),
    checkpoint: checkpoint_id ? 'given' : 'latest',
  }
}

/**
 * Checks that the state on the record is that of the thread that is asked for.
 *
 * @throws {ReplayMissError} where it is another's: a thread that was new when recorded is equal to any new one, but state is not.
 */
export function checkThread(asked: ThreadConfig, recorded: ThreadConfig): void {
  const now = asked.configurable?.thread_id
  const then = recorded.configurable?.thread_id
  if (now === undefined || now === then) return
  const session = currentScope()?.session
  const error = new ReplayMissError(
    `no recording of the state of thread ${now}: the session read that of thread ${then}. Replay it with the thread id it was recorded with.`,
  )
  throw session ? failSession(session, error) : error
}
