import type { SessionData } from '@retake/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { tolerant } from '../edit-program.ts'
import { recordProgram, replayProgram } from '../experiment.ts'
import { loadSession } from '../lab.ts'
import type { Program } from '../program.ts'
import { randomStep } from '../random-programs.ts'
import { holds } from './property.ts'

const ASIDE = fc.array(randomStep({ without: ['retry'], hanging: false }), { maxLength: 3 })

holds('property:sticky-miss', 50, ASIDE, fc.nat(3), async (steps, at) => {
  const asking = (prompt: string): Program => ({
    type: 'retry',
    ask: { type: 'ask', prompt, latency: 0 },
    failures: 0,
  })
  const withAsk = (prompt: string) =>
    tolerant({ type: 'sequence', steps: steps.toSpliced(at, 0, asking(prompt)) })
  const { retake, sources } = await recordProgram(withAsk('recorded'))

  for (const source of sources) {
    const before = retake.stats().misses
    const replayed = await replayProgram(retake, source, withAsk('changed'))
    const attempts = replayed.seen.filter((event) => event.startsWith('attempt changed'))
    expect(replayed).toMatchObject({ ending: { error: { code: 'REPLAY_MISS' } }, calls: 0 })
    expect(replayed.report.missed).toHaveLength(1)
    expect(attempts).toHaveLength(1)
    expect(retake.stats().misses).toBe(before + 1)
  }
})

const SOME_KEPT = fc.array(fc.tuple(randomStep(), fc.boolean()), { minLength: 1, maxLength: 4 })

holds('property:leftovers', 50, SOME_KEPT, async (choices) => {
  const steps = choices.map(([step], index): Program => ({
    type: 'scope',
    key: `step-${index}`,
    step: { type: 'attempt', step },
  }))
  const kept = steps.filter((_, index) => choices[index]![1])
  const { retake, live, sources } = await recordProgram({ type: 'sequence', steps })
  const recorded = await loadSession(retake, live.id)

  for (const source of sources) {
    const { id, report } = await replayProgram(
      retake,
      source,
      { type: 'sequence', steps: kept },
      { onLeftover: 'warn', stallMs: 2 },
    )
    const expected = unusedOf(recorded, await loadSession(retake, id))
    expect(report.leftover.map(({ seq }) => seq)).toEqual(expected)

    const { ending } = await replayProgram(
      retake,
      source,
      { type: 'sequence', steps: kept },
      { stallMs: 2 },
    )
    if (expected.length > 0) expect(ending).toMatchObject({ error: { code: 'REPLAY_LEFTOVER' } })
    else expect(ending).toHaveProperty('value')
  }
})

/** Numbers of the recorded calls that were neither served, nor lie beneath a served one, nor were in flight. */
function unusedOf(recorded: SessionData, replayed: SessionData): readonly number[] {
  const served = new Set(replayed.events.map((event) => event.served?.seq))
  const isCovered = (parent: number | undefined): boolean =>
    parent !== undefined &&
    (served.has(parent) || isCovered(recorded.events.find(({ seq }) => seq === parent)?.parent))
  return recorded.events
    .filter(({ fp, state }) => fp !== undefined && state !== 'pending')
    .filter(({ seq, parent }) => !served.has(seq) && !isCovered(parent))
    .map(({ seq }) => seq)
}
