import type { SessionData } from '@retake/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { recordIn, replayProgram } from '../experiment.ts'
import { createTestRetake, loadSession, record, replay } from '../lab.ts'
import { openParts } from '../program-calls.ts'
import type { Read } from '../program.ts'
import { createProvider, readParts, type Answer } from '../provider.ts'
import { randomProgram, randomRead } from '../random-programs.ts'
import { holds } from './property.ts'

const MANY = fc.array(randomProgram({ hanging: false }), { minLength: 4, maxLength: 8 })

holds('property:isolation', 15, MANY, async (programs) => {
  const retake = createTestRetake()
  const live = await Promise.all(programs.map((program) => recordIn(retake, program)))

  const mixed = await Promise.all(
    programs.map(async (program, index) => {
      const recorded = live[index]!
      const [replayed, again] = await Promise.all([
        replayProgram(retake, recorded.id, program),
        recordIn(retake, program),
      ])
      return { recorded, replayed, again, program }
    }),
  )

  for (const { recorded, replayed, again, program } of mixed) {
    const { ending, seen } = recorded
    expect(replayed).toMatchObject({ ending, seen, calls: 0, report: { status: 'ok' } })
    const { ending: second } = await replayProgram(retake, again.id, program)
    expect(second).toEqual(again.ending)
  }
})

holds(
  'property:handed-over',
  30,
  fc.array(randomRead(), { minLength: 1, maxLength: 4 }),
  async (reads) => {
    const retake = createTestRetake()
    const live = handOver(reads)
    const [made, read] = await Promise.all([record(retake, live.make), record(retake, live.read)])

    const partsOf = (events: SessionData['events']) =>
      events.map(({ outcome }) => outcome?.stream?.parts.length)
    expect(partsOf((await loadSession(retake, made.id)).events)).toEqual(
      read.value.map((parts) => parts.length),
    )
    expect((await loadSession(retake, read.id)).events).toEqual([])

    const again = handOver(reads)
    const [remade, reread] = await Promise.all([
      replay(retake, made.id, again.make),
      replay(retake, read.id, again.read),
    ])
    expect(reread.ending).toEqual({ value: read.value })
    expect(remade.report.status).toBe('ok')
  },
)

/** Two bodies: one opens streams, the other one reads them. */
function handOver(reads: readonly Read[]) {
  const provider = createProvider()
  const opened = Promise.withResolvers<readonly AsyncIterable<Answer>[]>()
  return {
    make: async () =>
      opened.resolve(await Promise.all(reads.map((step) => openParts(step, { provider })))),
    read: async () => {
      const streams = await opened.promise
      return Promise.all(streams.map((parts, index) => readParts(parts, reads[index]!.take)))
    },
  }
}
