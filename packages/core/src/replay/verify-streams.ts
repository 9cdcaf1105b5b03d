import {
  describeError,
  outcomeOf,
  ReplayMissError,
  ReplayNoSnapshotsError,
  type ReadContent,
} from '@retake/format'
import { startBackgroundTimer, stopTimer } from '../runtime/clock.ts'
import { failSession, retain } from '../session/lifecycle.ts'
import type { SessionState, StartedCall } from '../session/session-state.ts'
import { storedRead } from '../session/stored.ts'
import { createReadCollector, type ReadCollector } from '../streams/read-content.ts'
import { isReadableStream } from '../streams/value-shapes.ts'
import type { Entry } from './entry.ts'
import { refuse } from './refusal.ts'
import { replaySource } from './replay-state.ts'

// A stream that gives nothing for so long will not give any more.
const SILENCE_MS = 5_000
const MAX_SHOWN = 60

/**
 * Serves a call with streams in its request, once they were found to hold what was read of them when it was recorded:
 * as much of each is read as was then, and no more.
 *
 * @param serve hands out the recording.
 * @throws {ReplayMissError} as a rejection, when a stream holds something else, or fails.
 * @see docs/decisions/0095-streams-in-requests.md
 */
export function serveVerified(
  started: StartedCall,
  entry: Entry,
  streams: readonly object[],
  serve: () => unknown,
): unknown {
  const { session } = started.scope
  const { sync, read } = outcomeOf(entry.event) ?? {}
  if (read?.length !== streams.length) {
    return refuse(started, failSession(session, notRead(session, entry)))
  }
  if (sync) return refuse(started, failSession(session, notAwaited(session, entry)))
  const release = retain(session)
  const verified = verify(started, entry, streams, read).then(serve)
  verified.then(release, release)
  // An app that waits for nobody must not die of it.
  verified.catch(() => {})
  return verified
}

async function verify(
  { scope }: StartedCall,
  entry: Entry,
  streams: readonly object[],
  recorded: readonly ReadContent[],
): Promise<void> {
  for (const [at, stream] of streams.entries()) {
    const then = recorded[at] as ReadContent
    if (then.size === 0 && then.ended === undefined) continue
    const { session } = scope
    const now = await readAsFar(stream, then).catch((error: unknown) => {
      throw failSession(session, otherContent(session, entry, then, describeError(error)))
    })
    if (!isSame(session, then, now)) {
      throw failSession(session, otherContent(session, entry, then, describe(now.result())))
    }
  }
}

/** Reads as much of a stream as was read when it was recorded, and looks for its end where that was seen. */
async function readAsFar(stream: object, { size, ended }: ReadContent): Promise<ReadCollector> {
  const collector = createReadCollector(ended ? Number.POSITIVE_INFINITY : size)
  const next = readerOf(stream)
  const isEnough = () => collector.size > size || (!ended && collector.size === size)
  while (!collector.isOver && !isEnough()) {
    const step = await withinTime(next())
    if (step === undefined) return collector
    if (step.done) collector.end()
    else collector.chunk(step.value)
  }
  return collector
}

type Next = () => Promise<{ readonly done?: boolean | undefined; readonly value?: unknown }>

function readerOf(stream: object): Next {
  if (isReadableStream(stream)) {
    const reader = stream.getReader()
    return () => reader.read()
  }
  const iterator = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  return () => iterator.next()
}

function withinTime<T>(step: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = startBackgroundTimer(() => resolve(undefined), SILENCE_MS)
    step.then(resolve, reject).finally(() => stopTimer(timer))
  })
}

// What is stored may be redacted or not, by the options of the instance that has recorded it.
function isSame(session: SessionState, then: ReadContent, collector: ReadCollector): boolean {
  const now = collector.result()
  if (then.size !== now.size || (then.ended === true && now.ended !== true)) return false
  if (then.content === undefined) return then.hash === now.hash
  const recorded = JSON.stringify(then.content)
  return [now, storedRead(session, now)].some(
    ({ content }) => content !== undefined && JSON.stringify(content) === recorded,
  )
}

function otherContent(
  session: SessionState,
  { event }: Entry,
  then: ReadContent,
  now: string,
): ReplayMissError {
  const source = replaySource(session)
  return new ReplayMissError(
    session.config.redactor.message(
      [
        `no recording for ${event.kind} ${event.name} in session ${source}: a stream in its request holds something else`,
        `  recorded ${describe(then)}`,
        `  now      ${now}`,
      ].join('\n'),
    ),
    { session: source, seq: event.seq, kind: event.kind, name: event.name },
  )
}

function describe({ size, content, hash, ended }: ReadContent): string {
  const shown = typeof content === 'string' ? JSON.stringify(content) : undefined
  const preview = shown && shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown
  const about = preview ?? (hash && `SHA-256 ${hash.slice(0, 12)}…`)
  return [`${size}${ended ? '' : ' or more'}`, about].filter(Boolean).join(' ')
}

function notRead(session: SessionState, { event }: Entry): ReplayNoSnapshotsError {
  return unservable(session, event, 'what it has read of its streams is not in the recording')
}

function notAwaited(session: SessionState, { event }: Entry): ReplayNoSnapshotsError {
  return unservable(
    session,
    event,
    'it was given a stream and answered without a promise, before the stream could be compared',
  )
}

function unservable(
  session: SessionState,
  { seq, kind, name }: Entry['event'],
  why: string,
): ReplayNoSnapshotsError {
  return new ReplayNoSnapshotsError(
    `Call ${seq} (${kind} ${name}) of session ${replaySource(session)} cannot be served: ${why}.`,
    { session: replaySource(session), seq },
  )
}
