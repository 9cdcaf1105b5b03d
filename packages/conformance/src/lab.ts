import {
  createRetake,
  type ReplayOptions,
  type ReplayReport,
  type Retake,
  type RetakeOptions,
  type Session,
  type SessionData,
} from '@retake/core'
import { parseCassette, serializeCassette } from '@retake/core/cassette-file'
import { createMemoryStore } from '@retake/core/stores/memory'

/** What became of a body: what it returned, or what it threw. */
export type Ending<T = unknown> = { readonly value: T } | { readonly error: unknown }

/** What a session can be replayed from. */
export type Source = string | SessionData

type Body<T> = (session: Session) => T | PromiseLike<T>

/** An instance with an open gate and a store of its own. */
export function createTestRetake(options: RetakeOptions = {}): Retake {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  return createRetake({ store: createMemoryStore(), environment, log: false, ...options })
}

/** Runs `body` as a session, and waits until that is written. */
export async function record<T>(
  retake: Retake,
  body: Body<T>,
): Promise<{ readonly id: string; readonly value: T }> {
  const { id, ending } = await recordEnding(retake, body)
  if ('error' in ending) throw ending.error
  return { id, value: ending.value }
}

/** The same for a body that may fail. */
export async function recordEnding<T>(
  retake: Retake,
  body: Body<T>,
): Promise<{ readonly id: string; readonly ending: Ending<T> }> {
  const handle = Promise.withResolvers<Session>()
  const ending = await endingOf(
    retake.session((session) => {
      handle.resolve(session)
      return body(session)
    }),
  )
  const { id, settled } = await handle.promise
  await settled
  return { id, ending }
}

/** Replays a session, and gives the final report besides. */
export async function replay<T>(
  retake: Retake,
  source: Source,
  body: Body<T>,
  options?: ReplayOptions,
): Promise<{ readonly id: string; readonly ending: Ending<T>; readonly report: ReplayReport }> {
  const handle = Promise.withResolvers<Session>()
  const ending = await endingOf(
    retake.replay(
      source,
      (session) => {
        handle.resolve(session)
        return body(session)
      },
      options,
    ),
  )
  const session = await handle.promise
  return { id: session.id, ending, report: session.report()! }
}

/** A session in every form in which it can be replayed: from its store, as JSON, and as a committed cassette. */
export async function everySource(retake: Retake, id: string): Promise<readonly Source[]> {
  const data = await loadSession(retake, id)
  return [id, JSON.parse(JSON.stringify(data)) as SessionData, throughCassette(data)]
}

export async function loadSession({ store }: Retake, id: string): Promise<SessionData> {
  const data = await store.load(id)
  if (data === undefined) throw new Error(`There is no session ${id}.`)
  return data
}

/** What a committed cassette gives back of a session. */
export function throughCassette(data: SessionData): SessionData {
  const { text, blobs } = serializeCassette(data)
  return parseCassette(text, (name) => {
    const blob = blobs.get(name)
    if (blob === undefined) throw new Error(`There is no blob ${name}.`)
    return blob
  })
}

export async function endingOf<T>(promise: PromiseLike<T>): Promise<Ending<T>> {
  try {
    return { value: await promise }
  } catch (error) {
    return { error }
  }
}
