import { call } from '@retake/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { createTestRetake, everySource, loadSession, record, replay } from '../lab.ts'
import { LEAKY_JSON, SECRETS } from '../leaks.ts'
import { neutralVariant } from '../neutral-variant.ts'
import { holds } from './property.ts'

const REQUEST = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }), { maxKeys: 6 })

const ask = (request: unknown) => call({ kind: 'llm', name: 'any', request }, async () => 'answer')

holds('property:neutral', 60, REQUEST, fc.nat(), async (request, seed) => {
  const retake = createTestRetake()
  const { id } = await record(retake, () => ask(request))

  for (const source of await everySource(retake, id)) {
    const { report } = await replay(retake, source, () => ask(neutralVariant(request, seed)))
    expect(report).toMatchObject({ status: 'ok', exact: 1 })
  }
})

holds('property:redacted-twice', 60, LEAKY_JSON, async (request) => {
  const retake = createTestRetake({ redact: { secrets: SECRETS } })
  const { id } = await record(retake, () => ask(request))
  const [event] = (await loadSession(retake, id)).events

  // What was stored is asked for again, and is redacted once more.
  for (const asked of [request, event?.request]) {
    const { report } = await replay(retake, id, () => ask(asked))
    expect(report).toMatchObject({ status: 'ok', exact: 1 })
  }
  const again = await record(retake, () => ask(event?.request))
  const [repeated] = (await loadSession(retake, again.id)).events
  expect(repeated).toMatchObject({ request: event?.request, fp: event?.fp })
})
