import { call, type EventRecord } from '@retake/core'
import { expect } from 'vitest'
import { recordProgram } from '../experiment.ts'
import { createTestRetake, loadSession, record } from '../lab.ts'
import { assertHolds, RANDOM_TEST_MS } from '../properties/property.ts'
import { randomProgram } from '../random-programs.ts'
import { verifies } from '../verifies.ts'
import { bite, createBite, printKillRate } from './bite.ts'
import { LLM_REQUESTS } from './llm-requests.ts'

type Asked = Pick<EventRecord, 'kind' | 'name' | 'op'>

function ask({ kind, name, op }: Asked, request: unknown): Promise<unknown> {
  return call({ kind, name, ...(op && { op }), request }, async () => 'answer')
}

verifies('match:strict:edited-request-misses', async () => {
  const retake = createTestRetake()
  const asked = { kind: 'llm', name: 'any' } as const
  const count = createBite()
  for (const [what, request] of Object.entries(LLM_REQUESTS)) {
    const { id } = await record(retake, () => ask(asked, request))
    const source = await loadSession(retake, id)
    await expect(retake.replay(source, () => ask(asked, request))).resolves.toBe('answer')

    const asking = (changed: unknown) => ask(asked, changed)
    await bite(count, { source, request, ask: asking }, { what })
  }
  printKillRate(`${Object.keys(LLM_REQUESTS).length} requests`, count)
  expect(count.survivors).toEqual([])
  expect(count.tried).toBeGreaterThan(1000)
})

verifies(
  'match:strict:edited-program-misses',
  async () => {
    const count = createBite()
    await assertHolds(20, randomProgram(), async (program) => {
      const { retake, live } = await recordProgram(program)
      const source = await loadSession(retake, live.id)

      for (const event of source.events.filter(({ request }) => request !== undefined)) {
        const asking = (changed: unknown) => ask(event, changed)
        await bite(count, { source, request: event.request, ask: asking }, { what: event.name })
      }
      expect(count.survivors).toEqual([])
    })
    printKillRate('requests of random programs', count)
  },
  RANDOM_TEST_MS,
)
