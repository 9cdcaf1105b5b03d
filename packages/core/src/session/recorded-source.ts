import type { SessionData } from '@retake/format'

/** What a replay knows of the session that it replays, besides its calls. */
export type RecordedSource = Pick<SessionData, 'session' | 'end' | 'virtual'>
