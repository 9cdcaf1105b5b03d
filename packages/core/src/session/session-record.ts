import {
  encode,
  isEncodedObject,
  tagOf,
  type Encoded,
  type SessionRecord,
  isoTime,
} from '@retake/format'
import { randomSeed } from '../runtime/random-stream.ts'
import type { OpenOptions, SessionOptions } from './session-options.ts'
import type { Config } from './config.ts'

const DAY_MS = 86_400_000

/** What the first record of a session is made of. */
export interface RecordSource
  extends
    SessionOptions,
    Pick<SessionRecord, 'id' | 'request' | 'replayOf' | 'parent'>,
    Pick<OpenOptions, 'hop'>,
    Partial<Pick<SessionRecord, 'seed'>> {
  /** Milliseconds since the epoch. */
  readonly startedMs: number
}

/** The first record of a session, redacted. */
export function createRecord(config: Config, source: RecordSource): SessionRecord {
  const { id, name, agent, goal, tags, metadata, request, replayOf, parent, hop, startedMs } =
    source
  const { text } = config.redactor.session()
  const { service, host } = config
  // What is not said takes no room: a server holds one of these per request.
  return {
    v: 1,
    type: 'session',
    id,
    ...(name !== undefined && { name: text(name) }),
    ...(agent !== undefined && { agent: text(agent) }),
    ...(goal !== undefined && { goal: text(goal) }),
    ...(tags && { tags: tags.map(text) }),
    ...(metadata && { metadata: storedMetadata(config, metadata) }),
    ...(service !== undefined && { service }),
    ...(hop !== undefined && { hop }),
    ...(host !== undefined && { host }),
    startedAt: isoTime(startedMs),
    capture: config.capture.level,
    seed: source.seed ?? randomSeed(),
    ...(parent && { parent }),
    ...(replayOf !== undefined && { replayOf }),
    ...(request && { request }),
    expiresAt: isoTime(startedMs + config.expiresAfterDays * DAY_MS),
  }
}

/** Metadata in the form in which it is stored. Redacted as a whole, since names tell what is a credential. */
export function storedMetadata(
  { redactor, stats }: Config,
  metadata: Readonly<Record<string, unknown>>,
): Readonly<Record<string, Encoded>> {
  const encoded = encode(metadata, { onWithheld: () => void stats.withheld++ })
  // What cannot be read as a whole has no names.
  const isPlain = isEncodedObject(encoded) && tagOf(encoded) === undefined
  return redactor.value(isPlain ? encoded : { metadata: encoded }).value as Record<string, Encoded>
}
