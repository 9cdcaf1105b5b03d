import fc from 'fast-check'
import { expect } from 'vitest'
import { withDistinctRequests } from '../edit-program.ts'
import { recordProgram, replayProgram } from '../experiment.ts'
import type { Program } from '../program.ts'
import type { Latency } from '../provider.ts'
import { manyAsks, randomProgram, randomStep, someInAnyOrder } from '../random-programs.ts'
import { holds } from './property.ts'

const ALL_EXACT = {
  status: 'ok',
  reordered: 0,
  relocated: 0,
  drifted: [],
  missed: [],
  leftover: [],
  live: [],
  released: 0,
}

// Another order of the steps makes another order of what they return.
const ALL_EQUAL = {
  status: expect.stringMatching(/^(?:ok|differs)$/),
  drifted: [],
  missed: [],
  leftover: [],
  live: [],
}

const together = (steps: readonly Program[]): Program => ({ type: 'parallel', steps })
const inTurn = (steps: readonly Program[]): Program => ({ type: 'sequence', steps })
const attempt = (step: Program): Program => ({ type: 'attempt', step })

holds('property:identity', 100, randomProgram(), async (program) => {
  const { retake, live, sources } = await recordProgram(program)

  for (const source of sources) {
    const replayed = await replayProgram(retake, source, program)
    const { ending, seen } = live
    expect(replayed).toMatchObject({ ending, seen, calls: 0, report: ALL_EXACT })
  }
})

/** Replays parallel steps in another order. Each of them has to give what it gave before. */
async function expectSameValues(steps: readonly Program[], order: readonly number[]) {
  const { retake, live, sources } = await recordProgram(together(steps))
  const reordered = together(order.map((index) => steps[index]!))
  const values = (live.ending as { value: readonly unknown[] }).value
  const ending = { value: order.map((index) => values[index]) }

  for (const source of sources) {
    const replayed = await replayProgram(retake, source, reordered)
    expect(replayed).toMatchObject({ ending, calls: 0, report: ALL_EQUAL })
  }
}

const WITH_REQUESTS = randomStep({ without: ['sleep', 'effect', 'loop', 'deadline'] })

holds('property:launch-order', 40, someInAnyOrder(WITH_REQUESTS), async ({ steps, order }) => {
  const distinct = steps.map((step, index) => attempt(withDistinctRequests(step, `of ${index}`)))

  await expectSameValues(distinct, order)
})

holds('property:launch-order-keyed', 40, someInAnyOrder(randomStep()), async ({ steps, order }) => {
  const keyed = steps.map((step, index) => inBranch(`step-${index}`, attempt(step)))

  await expectSameValues(keyed, order)
})

function inBranch(key: string, step: Program): Program {
  return { type: 'scope', key, step }
}

const EQUAL_ASKS = manyAsks({ prompt: fc.constant('same') })
const BRANCHES = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 6, maxLength: 6 })

holds('property:duplicates', 30, EQUAL_ASKS, BRANCHES, BRANCHES, async (asks, before, after) => {
  const spread = (keys: readonly string[]) =>
    together(asks.map((ask, index) => inBranch(keys[index]!, ask)))
  const { retake, live, sources } = await recordProgram(spread(before))

  for (const source of sources) {
    const { ending } = await replayProgram(retake, source, spread(after))
    expect(answersOf(ending)).toEqual(answersOf(live.ending))
  }
})

function answersOf(ending: unknown): readonly string[] {
  const { value } = ending as { value: readonly { text: string }[] }
  return value.map(({ text }) => text).toSorted()
}

holds('property:duplicates-in-turn', 30, EQUAL_ASKS, async (asks) => {
  const { retake, live, sources } = await recordProgram(inTurn(asks))

  for (const source of sources) {
    const { ending } = await replayProgram(retake, source, inTurn(asks))
    expect(ending).toEqual(live.ending)
  }
})

// Answers without any waiting, and timers of one length, complete within one turn of the event loop.
const CLOSE_TOGETHER = fc.constantFrom<Latency>('instant', 'instant', 0, 1, 1, 2)
const RACES = fc.array(
  fc.oneof(
    manyAsks({ latency: CLOSE_TOGETHER }),
    fc.array(randomStep({ latency: CLOSE_TOGETHER }), { minLength: 2, maxLength: 4 }),
  ),
  { minLength: 1, maxLength: 4 },
)

holds('property:races', 120, RACES, async (races) => {
  const program = inTurn(races.map((steps) => attempt({ type: 'race', steps, hangs: false })))
  const { retake, live, sources } = await recordProgram(program)

  for (const source of sources) {
    const { ending, seen } = await replayProgram(retake, source, program)
    expect({ ending, seen }).toEqual({ ending: live.ending, seen: live.seen })
  }
})

const INSTANT = randomProgram({ latency: fc.constant<Latency>('instant') })

holds('property:instant', 60, INSTANT, async (program) => {
  const { retake, live, sources } = await recordProgram(program)

  for (const source of sources) {
    const { ending, seen, report } = await replayProgram(retake, source, program)
    expect({ ending, seen }).toEqual({ ending: live.ending, seen: live.seen })
    expect(report).toMatchObject(ALL_EXACT)
  }
})
