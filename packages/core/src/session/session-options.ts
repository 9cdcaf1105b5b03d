import type { InboundRequest, SessionRecord, VirtualRecord } from '@retake/format'

/** What a session is about. All of it is optional, and all but the name can be changed while it runs. */
export interface SessionOptions {
  /** Such as `POST /grade`, or the name of the job. */
  name?: string
  agent?: string
  goal?: string
  tags?: readonly string[]
  metadata?: Readonly<Record<string, unknown>>
}

/** What a session is opened with. */
export interface OpenOptions extends SessionOptions {
  /** An inherited id. By default a new one is made. */
  id?: string | undefined
  /** Which request of the service that gave the id this answers. */
  hop?: string | undefined
  request?: InboundRequest
  /** Says what the session is about, once that is asked for: mostly never. It is told nothing of the app's that could change. */
  about?: () => SessionOptions & { readonly request?: InboundRequest }
  /** Leaves nothing behind when nothing was recorded and it did not fail. */
  isForgettable?: boolean
  replayOf?: string
  /** Set when the replay may go live, and for a session that was opened in the scope of one that is over. */
  parent?: SessionRecord['parent']
  /** Seed of the replayed session, so that made-up ids come out the same. */
  seed?: number
  /** What was virtual in the replayed session. */
  virtual?: VirtualRecord
}
