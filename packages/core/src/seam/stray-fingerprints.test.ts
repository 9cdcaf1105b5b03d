import { describe, expect, it } from 'vitest'
import { call, createRetake, type RetakeOptions, type SessionData } from '../index.ts'
import { createMemoryStore } from '@retake/store'
import { strayFingerprints } from '@retake/format/cassette-file'

const request = { messages: [{ role: 'user', content: 'write to a@b.example' }] }

async function record(options: RetakeOptions = {}): Promise<SessionData> {
  const store = createMemoryStore()
  const retake = createRetake({ store, environment: {}, log: false, ...options })
  const { id, settled } = await retake.session(async (session) => {
    await call({ kind: 'llm', name: 'm', request }, async () => 'done')
    await call({ kind: 'tool', name: 't', request: { stop: () => {} } }, async () => 1)
    await call({ kind: 'tool', name: 'roll' }, async () => 4)
    return { id: session.id, settled: () => session.settled }
  })
  await settled()
  const data = await store.load(id)
  if (data === undefined) throw new Error('There is no session.')
  return data
}

// What somebody does who edits a cassette by hand.
function edit(data: SessionData): SessionData {
  const [first, ...others] = data.events
  if (first === undefined) throw new Error('There is no event.')
  return { ...data, events: [{ ...first, request: { messages: [] } }, ...others] }
}

describe('strayFingerprints', () => {
  it.each([
    ['as it is', {}],
    ['with redactions', { redact: { pii: ['email'] } }],
    ['unredacted', { capture: 'full', redact: { pii: ['email'] } }],
    ['with fields left out', { fields: { userInput: false } }],
    ['without requests', { capture: 'metadata' }],
  ] satisfies [string, RetakeOptions][])(
    'finds none in a session stored %s',
    async (_, options) => {
      expect(strayFingerprints(await record(options))).toEqual([])
    },
  )

  it('finds a request that was changed', async () => {
    expect(strayFingerprints(edit(await record()))).toMatchObject([{ seq: 1, name: 'm' }])
  })

  it('says nothing of another service, whose capture is not known', async () => {
    const data = edit(await record({ service: 'front' }))
    const events = data.events.map((event) => ({ ...event, service: 'back' }))

    expect(strayFingerprints({ ...data, events })).toEqual([])
    expect(strayFingerprints(data)).toHaveLength(1)
  })
})
