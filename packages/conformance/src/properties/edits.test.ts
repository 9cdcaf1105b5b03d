import { setTimeout as wait } from 'node:timers/promises'
import type { MatchMode, MissPolicy } from '@retake/core'
import fc from 'fast-check'
import { expect } from 'vitest'
import { mapLists } from '../edit-program.ts'
import { recordProgram, replayProgram } from '../experiment.ts'
import type { Program } from '../program.ts'
import { randomProgram, randomStep } from '../random-programs.ts'
import { holds } from './property.ts'

const STUCK_MS = 5_000

/** Steps that are taken out of a program, and others that are put in their place. */
interface Edit {
  /** Among all steps of the program. */
  readonly at: number
  readonly removed: number
  readonly added: readonly Program[]
}

const POLICIES = fc.record({
  match: fc.constantFrom<MatchMode>('strict', 'lenient', 'position'),
  onMiss: fc.constantFrom<MissPolicy>('error', 'live', 'live-after'),
})

const EDITS = fc.array(
  fc.record<Edit>({
    at: fc.nat(12),
    removed: fc.nat(2),
    added: fc.array(randomStep({ hanging: false }), { maxLength: 2 }),
  }),
  { minLength: 1, maxLength: 3 },
)

holds(
  'property:no-deadlock',
  80,
  randomProgram(),
  EDITS,
  POLICIES,
  async (before, edits, policies) => {
    const { retake, sources } = await recordProgram(before)
    const after = edits.reduce(editProgram, before)
    const options = { ...policies, onLeftover: 'ignore', stallMs: 2, abortGraceMs: 2 } as const

    for (const source of sources) {
      const replayed = replayProgram(retake, source, after, options)
      const stuck = wait(STUCK_MS, { seen: ['stuck'] }, { ref: false })
      const { seen } = await Promise.race([replayed, stuck])
      expect(seen).not.toEqual(['stuck'])
      if (policies.match === 'strict') expect(seen.filter(isOfAnother)).toEqual([])
    }
  },
)

/** Whether a call got an answer to another prompt than its own. */
function isOfAnother(event: string): boolean {
  const [, asked, answered] = /ask (\w+): \{"text":"(\w+) →/.exec(event) ?? []
  return asked !== answered
}

function editProgram(program: Program, { at, removed, added }: Edit): Program {
  let passed = 0
  return mapLists(program, (steps) => {
    const here = at - passed
    passed += steps.length
    return here < 0 || here >= steps.length ? steps : steps.toSpliced(here, removed, ...added)
  })
}
