import type { ReadContent } from '@retake/format'
import { guarded } from '../session/guard.ts'
import type { SessionState } from '../session/session-state.ts'
import { storedRead } from '../session/stored.ts'
import { followReads } from '../streams/follow-reads.ts'
import { createReadCollector } from '../streams/read-content.ts'

/** Follows the streams in the request of a call, and tells what was read of them when that is over. */
export function followStreams(
  session: SessionState,
  streams: readonly object[],
): () => readonly ReadContent[] {
  const collectors = streams.map((stream) => {
    const collector = createReadCollector()
    guarded(session, () => followReads(stream, collector))
    return collector
  })
  return () =>
    collectors.map((collector) => {
      const read = storedRead(session, collector.result())
      // Who reads on does so outside of the call.
      collector.end()
      return read
    })
}
