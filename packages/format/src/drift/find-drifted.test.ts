import { describe, expect, it } from 'vitest'
import { canonical } from '../codec/canonical.ts'
import type { Encoded } from '../event.ts'
import { createPrograms, type EditedCall, type Program } from '../../test/programs/programs.ts'
import { createFindDrifted } from './find-drifted.ts'

type Kind = EditedCall['edit']

interface Count {
  right: number
  /** Another recording was served, although the right one was there. */
  wrong: number
  /** None was served, although the right one was there. */
  missed: number
  /** One was served where none is right. */
  served: number
  refused: number
}

// `RETAKE_TEST_PROGRAMS=20000` for more of them.
const PROGRAMS = Number(process.env.RETAKE_TEST_PROGRAMS ?? 600)
const SEEDS = [11, 12, 13]

function replay({ recorded, calls }: Program, note: (kind: Kind, what: keyof Count) => void): void {
  const used = new Set<number>()
  const texts = recorded.map(canonical)
  let steady = false
  const find = createFindDrifted({
    requests: recorded,
    isUsed: (index) => used.has(index),
    isSteady: () => steady,
  })
  for (const { request, right, edit } of calls) {
    const text = canonical(request)
    const equal = texts.findIndex((other, index) => other === text && !used.has(index))
    if (equal >= 0) steady = true
    const index = equal >= 0 ? equal : find(request).index
    if (index !== undefined) used.add(index)
    if (right.length === 0) note(edit, index === undefined ? 'refused' : 'served')
    else if (index === undefined) note(edit, 'missed')
    else note(edit, right.includes(index) ? 'right' : 'wrong')
  }
}

function tally(): Record<Kind, Count> {
  const none = () => ({ right: 0, wrong: 0, missed: 0, served: 0, refused: 0 })
  const counts = {
    shared: none(),
    typo: none(),
    replaced: none(),
    inserted: none(),
    doubled: none(),
  }
  for (const seed of SEEDS) {
    const next = createPrograms(seed)
    for (let made = 0; made < PROGRAMS / SEEDS.length; made++) {
      replay(next(), (kind, what) => void counts[kind][what]++)
    }
  }
  return counts
}

describe('edited programs, generated', () => {
  const counts = tally()
  process.stdout.write(`${PROGRAMS} edited programs: ${JSON.stringify(counts)}\n`)
  const share = ({ right, wrong, missed }: Count) => right / (right + wrong + missed)

  it('are never served another recording while the right one is there', () => {
    expect(Object.values(counts).map(({ wrong }) => wrong)).toEqual([0, 0, 0, 0, 0])
  })

  it.each(['replaced', 'inserted', 'doubled'] as const)('are not served what is %s', (kind) => {
    const { served, refused } = counts[kind]

    expect(served / (served + refused)).toBeLessThanOrEqual(0.01)
    expect(refused).toBeGreaterThan(20)
  })

  it('are served after an edit of what all calls share', () => {
    expect(share(counts.shared)).toBeGreaterThanOrEqual(0.995)
  })

  it('are served in spite of a slip of the pen', () => {
    expect(share(counts.typo)).toBeGreaterThanOrEqual(0.95)
  })
})

describe('the only recording of a place', () => {
  const find = (recorded: Encoded, request: Encoded) =>
    createFindDrifted({ requests: [recorded], isUsed: () => false, isSteady: () => false })(request)
  const chat = (content: string) => ({ model: 'a', messages: [{ role: 'user', content }] })

  it.each<[string, Encoded, Encoded]>([
    ['an argument was added', { path: '/a/report.txt' }, { path: '/a/report.txt', force: true }],
    ['an argument differs', { city: 'Oslo', days: 3 }, { city: 'Oslo', days: 5 }],
    [
      'another picture is asked about',
      chat('What is on this picture?\nhttps://example.org/whales.png'),
      chat('What is on this picture?\nhttps://example.org/bread.png'),
    ],
    [
      'another place is asked about',
      chat('What is the capital of France?'),
      chat('What is the capital of Italy?'),
    ],
    [
      'another number is asked about',
      chat('Sum up chapter 3 of the book.'),
      chat('Sum up chapter 4 of the book.'),
    ],
  ])('is not served when %s', (_name, recorded, request) => {
    expect(find(recorded, request)).toMatchObject({ why: expect.any(String) as string })
  })

  it.each<[string, Encoded, Encoded]>([
    ['an argument has another name', { query: 'weather in Oslo' }, { search: 'weather in Oslo' }],
    [
      'a sentence was added',
      chat('What is the capital of France?'),
      chat('What is the capital of France? Be brief.'),
    ],
    ['the model is another one', chat('Name a river.'), { ...chat('Name a river.'), model: 'b' }],
  ])('is served when %s', (_name, recorded, request) => {
    expect(find(recorded, request)).toEqual({ index: 0 })
  })
})
