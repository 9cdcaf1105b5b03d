import { call, type EventRecord, type SessionData } from '@retake/core'
import { expect } from 'vitest'
import { recordProgram } from '../experiment.ts'
import { createTestRetake, endingOf, loadSession, record } from '../lab.ts'
import { holds } from '../properties/property.ts'
import { randomProgram } from '../random-programs.ts'
import { verifies } from '../verifies.ts'
import { LLM_REQUESTS } from './llm-requests.ts'
import { mutationsOf } from './mutations.ts'

type Asked = Pick<EventRecord, 'kind' | 'name' | 'op'>

const retake = createTestRetake()

/** Changes that strict mode does not notice. There must be none. */
async function survivorsOf(source: SessionData, asked: Asked, request: unknown) {
  const survivors: string[] = []
  let tried = 0
  for (const { change, request: mutated } of mutationsOf(request)) {
    tried++
    const replayed = retake.replay(source, () => ask(asked, mutated), { onLeftover: 'ignore' })
    const ending = await endingOf(replayed)
    if (!('error' in ending)) survivors.push(change)
    else expect(ending.error).toMatchObject({ code: 'REPLAY_MISS' })
  }
  return { survivors, tried }
}

function ask({ kind, name, op }: Asked, request: unknown): Promise<unknown> {
  return call({ kind, name, ...(op && { op }), request }, async () => 'answer')
}

verifies(
  'match:strict:edited-request-misses',
  async () => {
    const asked = { kind: 'llm', name: 'any' } as const
    for (const [name, request] of Object.entries(LLM_REQUESTS)) {
      const { id } = await record(retake, () => ask(asked, request))
      const source = await loadSession(retake, id)
      await expect(retake.replay(source, () => ask(asked, request))).resolves.toBe('answer')

      const { survivors, tried } = await survivorsOf(source, asked, request)
      expect({ name, survivors }).toEqual({ name, survivors: [] })
      expect(tried).toBeGreaterThan(50)
    }
  },
  60_000,
)

holds('match:strict:edited-program-misses', 20, randomProgram(), async (program) => {
  const { retake: recorder, live } = await recordProgram(program)
  const source = await loadSession(recorder, live.id)

  for (const event of source.events.filter(({ request }) => request !== undefined)) {
    const { survivors } = await survivorsOf(source, event, event.request)
    expect(survivors).toEqual([])
  }
})
