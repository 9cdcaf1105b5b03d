import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { parseCassette, serializeCassette } from '@retake/format/cassette-file'
import {
  createRetake,
  isRetakeError,
  recorded,
  type ReplayOptions,
  type SessionData,
} from '../index.ts'
import { delay } from '../runtime/clock.ts'
import { createDirectoryStore } from '@retake/store/directory'
import { readCassetteFile } from '@retake/store/cassette-files'

const root = mkdtempSync(join(tmpdir(), 'retake-fuzz-'))
const directory = join(root, 'store')
const store = createDirectoryStore({ directory })
const retake = createRetake({
  store,
  environment: { RETAKE_REPLAY_ENABLED: '1' },
  log: false,
  drainMs: 100,
})

afterAll(() => rmSync(root, { recursive: true }))

const ANSWER = { text: 'answer', at: new Date(0), bytes: new Uint8Array([1]), list: [1, undefined] }
const ask = recorded('llm', 'ask', async (_prompt: unknown) => ANSWER)
const roll = recorded('effect', 'roll', () => 4)
const fail = recorded('tool', 'fail', async () => {
  throw new TypeError('of the tool', { cause: { code: 7 } })
})
const count = recorded('tool', 'count', async function* () {
  yield { step: 1 }
  yield { step: 2 }
})
const research = recorded('tool', 'research', async () => ask('beneath a tool'))

/** An agent that makes calls of every shape, and does not care how they end. */
async function agent(): Promise<void> {
  const attempts = [
    () => ask({ messages: ['hello'] }),
    async () => roll(),
    fail,
    async () => {
      for await (const _ of count()) continue
    },
    research,
  ]
  for (const attempt of attempts) await settle(attempt)
}

async function settle(attempt: () => unknown): Promise<void> {
  try {
    await attempt()
  } catch {
    // The replay has to fail all the same.
  }
}

async function recordAgent(): Promise<SessionData> {
  const { id, settled } = await retake.session(async (session) => {
    await agent()
    return { id: session.id, settled: () => session.settled }
  })
  await settled()
  return (await store.load(id))!
}

const good = await recordAgent()
const ID = good.session.id
const JOURNAL = join(directory, `${ID}.jsonl`)

const LENIENT: ReplayOptions = {
  match: 'lenient',
  onLeftover: 'ignore',
  stallMs: 1,
  abortGraceMs: 1,
}
const STRICT: ReplayOptions = { stallMs: 1, abortGraceMs: 1 }

/** How a replay ends: a code, or that it went well. A call that is waited for for ever is a hang. */
async function replayStateOf(
  source: string | SessionData,
  options: ReplayOptions,
): Promise<string> {
  const over = retake.replay(source, agent, options).then(
    () => 'well',
    (error: unknown) => (isRetakeError(error) ? error.code : String(error)),
  )
  const late = delay(8000).then(() => 'hang')
  return Promise.race([over, late])
}

const ENDS = [
  'well',
  'REPLAY_INVALID_SESSION',
  'REPLAY_NO_SNAPSHOTS',
  'REPLAY_MISS',
  'REPLAY_LEFTOVER',
]
const REFUSALS = [...ENDS, 'REPLAY_SESSION_NOT_FOUND', 'REPLAY_SESSION_EXPIRED']

interface Edit {
  readonly at: number
  readonly how: 'replace' | 'remove' | 'add' | 'repeat'
  readonly key: string
  readonly value: unknown
}

const KEYS =
  '__proto__ constructor toString $rt $part $blob v seq done parent state outcome stream ticks error withheld cause length end lost'
const TAGS = 'undefined withheld date error sparse map regexp bytes bigint'
const key = fc.constantFrom(...KEYS.split(' '))
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(null, -1, 0, 1, 2, 2 ** 25, 2 ** 53, 1e300, '', '\0', '../x', [[0, 1]]),
  fc.constantFrom<unknown>(...TAGS.split(' ')),
  fc.constantFrom<unknown>(
    { $rt: 'sparse', length: 4e9 },
    { $rt: 'bigint', v: '1e9' },
    { $rt: 'map', v: [1] },
    { $rt: 'regexp', source: '(' },
    { $rt: 'object', bare: true },
    { $rt: 'later' },
    { $rt: 1 },
  ),
)
const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  how: fc.constantFrom('replace', 'remove', 'add', 'repeat'),
  key,
  value,
})

/** Changes one place of a structure, which is chosen by number. */
function apply(data: unknown, { at, how, key: name, value: put }: Edit): void {
  const places = placesOf(data)
  const [holder, place] = places[at % places.length] ?? []
  if (holder === undefined || place === undefined) return
  if (how === 'replace') define(holder, place, put)
  else if (how === 'add') define(holder, Array.isArray(holder) ? holder.length : name, put)
  else if (Array.isArray(holder))
    holder.splice(Number(place), how === 'remove' ? 1 : 0, ...again(holder, place, how))
  else if (how === 'remove') Reflect.deleteProperty(holder, place)
  else define(holder, name, Reflect.get(holder, place))
}

function again(list: readonly unknown[], place: string, how: string): readonly unknown[] {
  return how === 'repeat' ? [structuredClone(list[Number(place)])] : []
}

function define(holder: object, place: PropertyKey, put: unknown): void {
  Object.defineProperty(holder, place, {
    value: structuredClone(put),
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function placesOf(data: unknown): [object, string][] {
  if (typeof data !== 'object' || data === null) return []
  return Object.keys(data).flatMap((name) => [
    [data, name] as [object, string],
    ...placesOf(Reflect.get(data, name)),
  ])
}

function expectUntouched(): void {
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(readdirSync(root)).toEqual(['store'])
}

// In flight when its session ended: who waits for such a call waits for ever, as it was recorded.
function waitsForEver({ events, end }: SessionData): boolean {
  return end !== undefined && events.some((event) => event.state === 'pending')
}

describe('a session in which anything was changed', () => {
  it('is replayed or refused by name, as data', async () => {
    const property = fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      fc.constantFrom(LENIENT, STRICT),
      async (edits, options) => {
        const data = structuredClone(good)
        for (const change of edits) apply(data, change)
        const end = await replayStateOf(data, options)

        if (end === 'hang') expect(waitsForEver(data)).toBe(true)
        else expect(REFUSALS).toContain(end)
      },
    )
    await fc.assert(property, { numRuns: 1000, seed: 1 })
    expectUntouched()
  })

  it('is replayed or refused by name, as a journal', async () => {
    const property = fc.asyncProperty(
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      async (edits) => {
        const { session, events, end: last } = structuredClone(good)
        const records: unknown[] = [session, ...events, last]
        for (const change of edits) apply(records, change)
        writeFileSync(JOURNAL, records.map((record) => `${JSON.stringify(record)}\n`).join(''))
        const end = await replayStateOf(ID, LENIENT)

        if (end === 'hang') expect(waitsForEver((await store.load(ID))!)).toBe(true)
        else expect(REFUSALS).toContain(end)
      },
    )
    await fc.assert(property, { numRuns: 500, seed: 2 })
    expectUntouched()
  })

  it('is read or refused by name, as a cassette', async () => {
    const { text } = serializeCassette(good)
    const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const file: unknown = JSON.parse(text)
      for (const change of edits) apply(file, change)
      expect(['read', 'REPLAY_INVALID_SESSION']).toContain(
        attempt(() => parseCassette(JSON.stringify(file), missing)),
      )
    })
    fc.assert(property, { numRuns: 2000, seed: 3 })
    expectUntouched()
  })

  it('is read or refused by name, whatever bytes are in its files', async () => {
    const place = mkdtempSync(join(directory, 'bytes-'))
    const [cassette, journal] = [join(place, 'test.cassette.json'), join(place, `${ID}.jsonl`)]
    const reader = createDirectoryStore({ directory: place })
    const whole = Buffer.from(serializeCassette(good).text)
    const bytes = fc.uint8Array({ maxLength: 30 })
    const property = fc.asyncProperty(
      fc.nat(),
      fc.nat({ max: 30 }),
      bytes,
      async (at, cut, put) => {
        const start = at % whole.length
        const damaged = Buffer.concat([whole.subarray(0, start), put, whole.subarray(start + cut)])
        writeFileSync(cassette, damaged)
        writeFileSync(journal, damaged)

        expect(['read', 'REPLAY_INVALID_SESSION']).toContain(
          attempt(() => readCassetteFile(cassette)),
        )
        await expect(reader.load(ID)).rejects.toSatisfy(isRetakeError)
        expect(await reader.list()).toBeInstanceOf(Array)
      },
    )
    await fc.assert(property, { numRuns: 1000, seed: 4 })
    expectUntouched()
  })
})

describe('references that loop', () => {
  it.each([
    ['an event that is its own parent', [1, 1]],
    ["events that are each other's parents", [2, 1]],
  ])('do not hold a replay up: %s', async (_name, parents) => {
    const data = structuredClone(good)
    const events = data.events.map((event, index) => ({ ...event, parent: parents[index] ?? 1 }))

    expect(ENDS).toContain(await replayStateOf({ ...data, events }, LENIENT))
  })

  it('of replays of replays are refused', async () => {
    const text = JSON.stringify({ ...good.session, replayOf: ID })
    writeFileSync(JOURNAL, `${text}\n`)

    expect(await replayStateOf(ID, LENIENT)).toBe('REPLAY_INVALID_SESSION')
  })
})

describe('a recorded value that cannot be decoded', () => {
  it('fails the replay, whatever the app makes of the error', async () => {
    const broken = [
      { state: 'ok', outcome: { value: { $rt: 'later' } } },
      { state: 'error', outcome: { error: { $rt: 'map', v: [1] } } },
    ] as const
    for (const fields of broken) {
      const events = good.events.map((event, index) =>
        index === 0 ? { ...event, ...fields } : event,
      )

      expect(await replayStateOf({ ...good, events }, LENIENT)).toBe('REPLAY_INVALID_SESSION')
    }
  })
})

function attempt(read: () => unknown): unknown {
  try {
    read()
    return 'read'
  } catch (error) {
    return isRetakeError(error) ? error.code : error
  }
}

function missing(): never {
  throw new Error('There is no blob.')
}
