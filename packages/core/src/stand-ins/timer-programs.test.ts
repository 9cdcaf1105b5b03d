import fc from 'fast-check'
import { afterAll, expect, it } from 'vitest'
import type { ReplayReport } from '@retake/format'
import { record } from '../../test/record.ts'
import { createTestRetake } from '../../test/test-retake.ts'
import { anyProgram, type Program, runProgram } from '../../test/timer-programs.ts'

// `TIMER_PROGRAMS=5000` runs as many, `TIMER_SEED` other ones.
const PROGRAMS = Number(process.env.TIMER_PROGRAMS ?? 200)
const SEED = Number(process.env.TIMER_SEED ?? 1)
const AT_ONCE = 20
// Of the lines that differ, and of the programs.
const MAX_SHOWN = 3

// A timer that a recorded program left behind may fire, and call, while another program is replayed.
const retake = createTestRetake({ virtualize: ['timers'], allowLate: true })
const tally = { programs: 0, steps: 0, timers: 0, firings: 0, liveMs: 0, replayMs: 0 }

afterAll(() => void process.stdout.write(`virtual timers: ${JSON.stringify(tally)}\n`))

async function recordProgram(program: Program) {
  const startedMs = performance.now()
  const { id, result: live } = await record(retake, () => runProgram(program))
  tally.liveMs += Math.round(performance.now() - startedMs)
  return { program, id, live }
}

async function replayProgram(id: string, program: Program) {
  let report: (() => ReplayReport | undefined) | undefined
  const startedMs = performance.now()
  const replayed = await retake.replay(
    id,
    (session) => {
      report = () => session.report()
      return runProgram(program)
    },
    // What a timer does after the end of its session is late work.
    { onLeftover: 'ignore' },
  )
  tally.replayMs += Math.round(performance.now() - startedMs)
  return { replayed, report: report?.() }
}

/** What is wrong with the replay of a recorded program, if anything is. */
async function check({ program, id, live }: Awaited<ReturnType<typeof recordProgram>>) {
  const { replayed, report } = await replayProgram(id, program)
  const { status, dry, released } = report ?? {}
  tally.programs++
  tally.steps += live.length
  await count(id)
  const at = live.findIndex((line, index) => line !== replayed[index])
  const isEqual = at < 0 && live.length === replayed.length
  if (isEqual && status === 'ok' && dry === 0 && released === 0) return undefined
  const from = Math.max(0, at - 1)
  const [recorded, now] = [live, replayed].map((lines) => lines.slice(from, from + MAX_SHOWN))
  return { status, dry, released, recorded, now }
}

async function count(id: string): Promise<void> {
  const [record] = (await retake.store.load(id))?.virtual ?? []
  tally.timers += sumOf(record?.timers, 2)
  tally.firings += sumOf(record?.firings, 3)
}

function sumOf(runs: Readonly<Record<string, readonly number[]>> = {}, length: number): number {
  return Object.values(runs)
    .flatMap((run) => run.filter((_, index) => index % length === length - 1))
    .reduce((sum, noted) => sum + noted, 0)
}

it('programs with plain timers, deadlines and races replay step by step, without waiting', async () => {
  const wrong: unknown[] = []
  const programs = fc.sample(anyProgram, { numRuns: PROGRAMS, seed: SEED })
  for (let first = 0; first < PROGRAMS && wrong.length < MAX_SHOWN; first += AT_ONCE) {
    // At the same time, so that sessions have to keep their timers apart.
    const recorded = await Promise.all(programs.slice(first, first + AT_ONCE).map(recordProgram))
    for (const session of recorded) {
      const fault = await check(session)
      if (fault) wrong.push(fault)
    }
  }

  expect(wrong).toEqual([])
  expect(tally.replayMs).toBeLessThan(tally.liveMs)
})
