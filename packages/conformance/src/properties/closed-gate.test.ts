import { createRetake } from '@retake/core'
import { createObservedStore, sendRequest } from '@retake/testing'
import fc from 'fast-check'
import { expect } from 'vitest'
import { createModel } from '../model.ts'
import { FRAMEWORKS, serving } from '../servers.ts'
import { holds } from './property.ts'

const ANY_VALUE = fc.string({ maxLength: 40 }).map((text) => text.replaceAll(/[^\x21-\x7e]/g, '.'))
const ASKED = fc.oneof(
  fc
    .constantFrom('', ';match=strict', ';miss=live', ';until=0', ';match=none')
    .map((rest) => ({ rest })),
  ANY_VALUE.map((value) => ({ value })),
)
const CLOSED = fc.constantFrom('', '0', 'false', 'off', 'enabled', 'truex')
const FRAMEWORK = fc.constantFrom(...Object.keys(FRAMEWORKS))

holds('property:closed-gate', 30, ASKED, CLOSED, FRAMEWORK, async (asked, gate, name) => {
  const store = createObservedStore()
  const retake = createRetake({ store, log: false, environment: { RETAKE_REPLAY_ENABLED: gate } })
  const model = createModel()
  const app = {
    answer: async (question: string) => ({ text: await model.ask(question) }),
    stream: model.read,
  }
  await serving(FRAMEWORKS[name]!(app, retake), async (url) => {
    const ask = (headers = {}) =>
      sendRequest(url, { path: '/answer', body: { question: 'hello' }, headers })
    const first = await ask()
    const id = String(first.headers['x-session-id'])
    await store.ended(id)
    const before = store.loaded.length
    const again = await ask({ 'x-replay': 'rest' in asked ? id + asked.rest : asked.value })

    expect(again.status).toBe(200)
    expect(again.body).not.toBe(first.body)
    expect(Object.keys(again.headers)).toEqual(Object.keys(first.headers))
    expect(again.headers['x-session-id']).not.toBe(id)
    expect(store.loaded).toHaveLength(before)
    expect(model.calls).toBe(2)
  })
})
