import assert from 'node:assert/strict'
import type { EventRecord, SessionData } from '@retake/format'
import { inSpan } from '@retake/core/adapter'
import { createTestRetake, failureOf, record } from './call-rehearsal.ts'
import { readAll } from './streams.ts'
import type { CallBehaviours, ExpectedEvent } from './call-suite.ts'

/** How calls show in the log of a session. */
export const EVENT_BEHAVIOURS: CallBehaviours = {
  async 'shows a whole answer with its kind, name and usage'({ generate, events }) {
    const { data } = await record(createTestRetake(), () => generate('hello'))

    expectShown(data, events.generate)
  },

  async 'shows an answer in parts with its kind, name and usage'({ stream, events }) {
    const { data } = await record(createTestRetake(), () => readAll(stream('hello', {})))

    const event = expectShown(data, events.stream)
    assert.equal(event.op, 'stream')
    assert.equal(event.outcome?.stream?.end, 'complete')
  },

  async 'shows a tool with its kind, name and result'({ callTool, events }) {
    const { data } = await record(createTestRetake(), () => callTool('hello'))

    const event = expectShown(data, events.tool)
    assert.notEqual(event.outcome?.value, undefined)
  },

  async 'shows a failed call with its error'({ refused, events }) {
    const { data } = await record(createTestRetake(), () => failureOf(refused('hello')))

    const { kind, name } = events.generate
    const event = data.events.find((event) => event.kind === kind && event.name === name)
    assert.equal(event?.state, 'error')
    assert.notEqual(event.outcome?.error, undefined)
  },

  async 'shows calls beneath the span that encloses them'({ generate, stream, callTool, events }) {
    const { data } = await record(createTestRetake(), () =>
      inSpan({ kind: 'chain', name: 'enclosing' }, () =>
        Promise.all([generate('hello'), readAll(stream('hello', {})), callTool('hello')]),
      ),
    )

    for (const expected of Object.values(events)) {
      const event = expectShown(data, expected)
      assert.ok(ancestorsOf(event, data).some(({ name }) => name === 'enclosing'))
    }
  },
}

function expectShown(
  { events }: SessionData,
  { kind, name, hasUsage }: ExpectedEvent,
): EventRecord {
  const event = events.find((candidate) => candidate.kind === kind && candidate.name === name)
  assert.ok(event, `There is no event ${kind} ${name}.`)
  assert.equal(event.state, 'ok')
  assert.ok(event.ms !== undefined && event.ms >= 0)
  if (hasUsage)
    assert.ok((event.usage?.inputTokens ?? 0) > 0 && (event.usage?.outputTokens ?? 0) > 0)
  return event
}

function ancestorsOf({ parent }: EventRecord, data: SessionData): readonly EventRecord[] {
  const above = data.events.find(({ seq }) => seq === parent)
  return above ? [above, ...ancestorsOf(above, data)] : []
}
