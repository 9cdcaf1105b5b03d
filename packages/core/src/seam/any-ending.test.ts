import * as fc from 'fast-check'
import { checkEvent, isRetakeError, recordedEvents } from '@retake/format'
import { describe, expect, it } from 'vitest'
import { call, recorded, stream, type Retake, type Session } from '../index.ts'
import { createTestRetake } from '../../test/test-retake.ts'

const SHAPES = [
  'value',
  'sync',
  'stream',
  'sync stream',
  'bytes',
  'object',
  'iterable',
  'nested',
] as const
const ENDS = ['whole', 'fails', 'throws', 'hangs'] as const
// What its caller does with what it was given.
const READINGS = ['all', 'one', 'cancel', 'return', 'throw', 'leave', 'never'] as const

interface Step {
  readonly shape: (typeof SHAPES)[number]
  readonly end: (typeof ENDS)[number]
  readonly reading: (typeof READINGS)[number]
  readonly parts: number
  /** After how many turns its signal is aborted; 0 is before it is made. */
  readonly abortAt: number | undefined
  readonly isAwaited: boolean
}

interface Program {
  readonly steps: readonly Step[]
  readonly isParallel: boolean
  readonly isThrowing: boolean
}

const step: fc.Arbitrary<Step> = fc.record({
  shape: fc.constantFrom(...SHAPES),
  end: fc.constantFrom(...ENDS),
  reading: fc.constantFrom(...READINGS),
  parts: fc.nat({ max: 3 }),
  abortAt: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
  isAwaited: fc.boolean(),
})

const program: fc.Arbitrary<Program> = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  isParallel: fc.boolean(),
  isThrowing: fc.boolean(),
})

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve))

function sourceOf({ end, parts }: Step, signal: AbortSignal, type?: 'bytes'): ReadableStream {
  let given = 0
  return new ReadableStream({
    type: type as never,
    async pull(controller: ReadableStreamDefaultController) {
      await turn()
      signal.throwIfAborted()
      if (given++ < parts) return controller.enqueue(type ? new Uint8Array([given]) : { given })
      if (end === 'fails') throw new Error('broken off')
      if (end === 'hangs') await new Promise(() => {})
      controller.close()
      ;(controller as unknown as ReadableByteStreamController).byobRequest?.respond(0)
    },
  })
}

async function* partsOf(one: Step, signal: AbortSignal): AsyncGenerator {
  for await (const part of sourceOf(one, signal) as unknown as AsyncIterable<unknown>) yield part
}

async function valueOf(one: Step, signal: AbortSignal): Promise<string> {
  await turn()
  signal.throwIfAborted()
  if (one.end === 'fails') throw new Error('broken')
  if (one.end === 'hangs') await new Promise(() => {})
  return 'value'
}

interface Making {
  readonly one: Step
  readonly at: number
  readonly signal: AbortSignal
  /** What all calls of this step are described by. */
  readonly about: { readonly name: string; readonly request: object; readonly signal: AbortSignal }
}

const MAKERS: Readonly<Record<Step['shape'], (making: Making) => unknown>> = {
  value: ({ one, signal, about }) =>
    call({ kind: 'llm', ...about }, async () => guarded(one, () => valueOf(one, signal))),
  sync: ({ one, at, about }) => call({ kind: 'tool', ...about }, () => guarded(one, () => at)),
  stream: ({ one, signal, about }) =>
    call({ kind: 'llm', op: 'stream', ...about }, async () =>
      guarded(one, () => sourceOf(one, signal)),
    ),
  'sync stream': ({ one, signal, about }) =>
    call({ kind: 'llm', op: 'stream', ...about }, () => guarded(one, () => sourceOf(one, signal))),
  bytes: ({ one, signal, about }) =>
    call({ kind: 'http', op: 'stream', ...about, byteStream: () => 8 }, async () =>
      guarded(one, () => sourceOf(one, signal, 'bytes')),
    ),
  object: ({ one, at, signal, about }) =>
    stream({ kind: 'llm', op: 'stream', ...about }, async () =>
      guarded(one, () => ({ id: at, stream: sourceOf(one, signal) })),
    ),
  iterable: ({ one, signal, about }) =>
    call({ kind: 'tool', ...about }, () => guarded(one, () => partsOf(one, signal))),
  nested: ({ one, signal, about }) => {
    const inner = recorded('llm', 'inner', () => valueOf(one, signal))
    return call({ kind: 'tool', ...about }, async () =>
      guarded(one, () => Promise.all([inner(), inner()])),
    )
  },
}

function guarded<T>({ end }: Step, make: () => T): T {
  if (end === 'throws') throw new Error('at once')
  return make()
}

function makeCall(one: Step, at: number, signal: AbortSignal): unknown {
  const about = { name: `${one.shape} ${at}`, request: { at }, signal }
  return MAKERS[one.shape]({ one, at, signal, about })
}

async function read(given: unknown, reading: Step['reading']): Promise<void> {
  const held = (given as { stream?: unknown } | undefined)?.stream ?? given
  if (typeof held !== 'object' || held === null || !(Symbol.asyncIterator in held)) return
  if (reading === 'leave' || reading === 'never') {
    if (reading === 'leave') await (held as AsyncIterable<unknown>)[Symbol.asyncIterator]().next()
    return
  }
  if (reading === 'cancel' && held instanceof ReadableStream) return held.cancel('enough')
  const iterator = (held as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  if (reading === 'return') return void (await iterator.return?.())
  if (reading === 'throw') return void (await iterator.throw?.(new Error('of the reader')))
  const most = reading === 'all' ? Infinity : 1
  for (let at = 0; at < most; at++) if ((await iterator.next()).done) return
}

async function run(one: Step, at: number): Promise<void> {
  const controller = new AbortController()
  if (one.abortAt === 0) controller.abort(new Error('stopped'))
  const aborting = (async () => {
    for (let turns = 0; turns < (one.abortAt ?? 0); turns++) await turn()
    if (one.abortAt !== undefined) controller.abort(new Error('stopped'))
  })()
  try {
    await read(await makeCall(one, at, controller.signal), one.reading)
  } catch (error) {
    // A replay that has failed says so by itself.
    if (isRetakeError(error)) return
  }
  await aborting
}

/** Runs a program, but waits for nothing that hangs. */
async function runAll({ steps, isParallel, isThrowing }: Program): Promise<void> {
  const running: Promise<void>[] = []
  for (const [at, one] of steps.entries()) {
    const ran = run(one, at)
    if (isParallel || !one.isAwaited || one.end === 'hangs') running.push(ran)
    else await ran
  }
  const patience = (async () => {
    for (let turns = 0; turns < 40; turns++) await turn()
  })()
  await Promise.race([Promise.all(running), patience])
  if (isThrowing) throw new Error('of the app')
}

async function recordProgram(retake: Retake, program: Program): Promise<string> {
  let opened: Session | undefined
  const body = (session: Session) => {
    opened = session
    return runAll(program)
  }
  await retake.session(body).catch(() => {})
  await opened?.settled
  return opened?.id ?? ''
}

describe('whatever is aborted, thrown, cut off or cancelled, at any moment', () => {
  it('the session is read, and its replay comes to an end: as it was, or with an error that says why', async () => {
    const retake = createTestRetake({ drainMs: 10 })
    const unawaited: unknown[] = []
    const note = (reason: unknown) => void unawaited.push(reason)
    process.on('unhandledRejection', note)
    const counts = { programs: 0, same: 0, refused: 0 }

    await fc.assert(
      fc.asyncProperty(program, async (planned) => {
        const id = await recordProgram(retake, planned)
        const data = await retake.store.load(id)
        expect(data?.end).toBeDefined()
        for (const event of recordedEvents(data!)) checkEvent(event)

        const options = { onLeftover: 'ignore', abortGraceMs: 5, stallMs: 5 } as const
        const outcome = await retake
          .replay(id, () => runAll(planned), options)
          .then(
            () => undefined,
            (error: unknown) => error,
          )

        counts.programs++
        if (isRetakeError(outcome)) counts.refused++
        else counts.same++
        if (!isRetakeError(outcome)) {
          expect((outcome as Error | undefined)?.message).toBe(
            planned.isThrowing ? 'of the app' : undefined,
          )
        }
      }),
      { numRuns: 200 },
    )
    process.off('unhandledRejection', note)

    expect(unawaited).toEqual([])
    expect(retake.stats()).toMatchObject({ failures: 0, dropped: 0 })
    expect(counts.same).toBeGreaterThan(counts.refused)
    process.stdout.write(`any ending: ${JSON.stringify(counts)}\n`)
  })
})
