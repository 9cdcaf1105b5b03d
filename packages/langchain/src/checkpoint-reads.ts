import { call, ReplayNoSnapshotsError, type CallOptions } from '@retake/core'
import type { CallCodec } from '@retake/core/adapter'
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
  if (view.isKnown(tuple)) return { value: tuple, stored: { config: tuple.config } }
  return { value: tuple, stored: await dumpRead(serde, tuple) }
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
export function placeOf({ configurable = {} }: ThreadConfig): Readonly<Record<string, unknown>> {
  const { thread_id, checkpoint_ns = '', checkpoint_id } = configurable
  return {
    thread: thread_id,
    namespace: checkpoint_ns.replace(UUIDS, '*'),
    checkpoint: checkpoint_id ? 'given' : 'latest',
  }
}
