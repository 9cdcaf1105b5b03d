import { encode, type Encoded, type EventRecord, type ReadContent } from '@retake/format'
import type { SessionState } from './session-state.ts'
import type { Config } from './config.ts'

/** Encodes and redacts what users attach to a session or an event. */
export function toStored(config: Config, value: unknown): Encoded {
  return config.redactor.value(encode(value, { onWithheld: () => void config.stats.withheld++ }))
    .value
}

/** Attributes in the form in which they are stored. */
export function storedAttributes(
  session: SessionState,
  attributes: Readonly<Record<string, unknown>> | undefined,
): EventRecord['attributes'] {
  if (attributes === undefined) return undefined
  return toStored(session.config, attributes) as EventRecord['attributes']
}

/** What was read of a stream, as it is stored. */
export function storedRead({ config }: SessionState, read: ReadContent): ReadContent {
  const { content, ...rest } = read
  if (content === undefined || config.capture.level === 'full') return read
  return { ...rest, content: config.redactor.value(content).value }
}
