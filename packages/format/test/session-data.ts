import * as fc from 'fast-check'
import type { Encoded, EventRecord, Outcome, SessionData } from '../src/event.ts'
import { endRecord, eventRecord, sessionRecord } from '../src/records.ts'

const STARTED_AT = '2026-01-01T00:00:00.000Z'

// Keys that are special to somebody, and strings that UTF-8 has no form for.
const key = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', '$part', '$$part', '$blob', '$$$blob', '$rt', '0'),
  fc.string(),
)
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\ud800', 'a\udfff', '\0', '\u2028', 'x'.repeat(300), 'é'.repeat(40_000)),
)
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)

/** Any encoded value. */
export const encoded: fc.Arbitrary<Encoded> = fc.letrec<{ value: Encoded }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(fc.constant(null), fc.boolean(), number, text),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(number, { maxLength: 200 }),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 4 })
      .map((fields) => Object.fromEntries(fields)),
    fc.uint8Array({ maxLength: 3000 }).map((bytes) => ({
      $rt: 'bytes',
      type: 'Uint8Array',
      v: btoa(String.fromCodePoint(...bytes)),
    })),
  ),
})).value

const stream: fc.Arbitrary<Outcome> = fc.record({
  stream: fc.record({
    parts: fc.array(encoded, { maxLength: 3 }),
    end: fc.constantFrom('complete', 'error', 'cancelled', 'aborted', 'abandoned'),
    ms: fc.array(fc.nat(), { maxLength: 3 }),
  }),
})

/** Calls whose requests share messages, as those of an agent's loop do. */
const event: fc.Arbitrary<Omit<EventRecord, 'seq'>> = fc
  .record({
    kind: fc.constantFrom('llm', 'tool', 'http', 'decision'),
    name: fc.string(),
    state: fc.constantFrom('ok', 'error', 'aborted', 'pending'),
    request: fc.oneof(encoded, fc.array(fc.constantFrom(...messages()), { maxLength: 5 })),
    outcome: fc.option(fc.oneof(stream, fc.record({ value: encoded })), { nil: undefined }),
    attributes: fc.dictionary(fc.string(), encoded, { maxKeys: 2 }),
    writer: fc.constantFrom(undefined, 'one', 'two'),
    ms: fc.nat(),
    later: encoded,
  })
  .map((fields) => JSON.parse(JSON.stringify(eventRecord(1, fields))) as EventRecord)

/** Any session, in the order in which a store gives it back. */
export const sessionData: fc.Arbitrary<SessionData> = fc
  .record({
    events: fc.array(event, { maxLength: 6 }),
    metadata: fc.dictionary(fc.string(), encoded, { maxKeys: 2 }),
    isEnded: fc.boolean(),
    later: encoded,
  })
  .map(({ events, metadata, isEnded, later }) => ({
    session: sessionRecord({ id: 'session-1', startedAt: STARTED_AT, metadata }),
    events: numbered(events),
    ...(isEnded && { end: endRecord() }),
    later,
  }))

function messages(): readonly Encoded[] {
  return ['a', 'b', 'c'].map((name) => ({ role: 'user', content: name.repeat(300) }))
}

function numbered(events: readonly Omit<EventRecord, 'seq'>[]): readonly EventRecord[] {
  return events.map((fields, index) => ({ ...fields, seq: index + 1 }))
}
