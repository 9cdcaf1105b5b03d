import fc from 'fast-check'
import { scheduler, setInterval as beats, setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { call, scope } from '../src/index.ts'
import { delay } from '../src/runtime/clock.ts'

/** One step of a program. What its numbers mean is up to the step. */
interface Step {
  readonly op: string
  readonly ms: number
  readonly otherMs: number
  readonly count: number
  readonly slot: number
  readonly branches: readonly (readonly Step[])[]
}

/** What its parallel branches do, one after the other. */
export type Program = readonly (readonly Step[])[]

// Not drawn from what a session may make virtual.
const { random } = Math

interface Run {
  readonly log: (text: string) => void
  readonly slots: (NodeJS.Timeout | undefined)[]
  readonly flags: { isSet: boolean }
  readonly perform: (steps: readonly Step[], me: string) => Promise<string>
}

const sleep = (ms: number) =>
  new Promise<string>((resolve) => void setTimeout(() => resolve('slept'), ms))

/** A tool that takes its time, and heeds an abort at once, some time later, or not at all. */
function ask(name: string, signal?: AbortSignal): Promise<string> {
  return call({ kind: 'tool', name, request: { name }, ...(signal && { signal }) }, async () => {
    const manner = Math.floor(random() * 3)
    for (let rest = random() * 7; rest > 0; rest--) {
      await delay(Math.min(rest, 1), manner === 0 ? signal : undefined)
      if (manner === 1) signal?.throwIfAborted()
    }
    return `${name}:${random().toFixed(3)}`
  })
}

/** Words of a model or a tool, which heeds an abort in the same ways. */
function tell(name: string, how: 'iterable' | 'stream', signal?: AbortSignal) {
  const manner = Math.floor(random() * 3)
  let words = 4
  const next = async () => {
    if (words-- === 0) return undefined
    // Some words come at once.
    if (random() < 0.5) await delay(random() * 3, manner === 0 ? signal : undefined)
    if (manner === 1) signal?.throwIfAborted()
    return `word ${random().toFixed(3)}`
  }
  const options = { kind: 'tool', name, request: { name }, ...(signal && { signal }) } as const
  if (how === 'stream') return call(options, () => streamOfWords(next))
  return call(options, async function* () {
    for (let word = await next(); word !== undefined; word = await next()) yield word
  })
}

function streamOfWords(next: () => Promise<string | undefined>): AsyncIterable<string> {
  return new ReadableStream<string>({
    async pull(controller) {
      const word = await next()
      if (word === undefined) controller.close()
      else controller.enqueue(word)
    },
  })
}

const failure = (error: unknown) => {
  const { name, message, code, cause } = error as Error & { readonly code?: unknown }
  return `${name} ${message} ${String(code)} ${(cause as Error | undefined)?.name}`
}

type Operation = (run: Run, step: Step, me: string) => unknown

const OPERATIONS: Readonly<Record<string, Operation>> = {
  call: (_, _step, me) => ask(me),
  sleep: (_, { ms }) => sleep(ms),
  race: (_, { ms }, me) => Promise.race([ask(me), sleep(ms)]),
  async raceCleared(_, { ms }, me) {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, ms, 'timed out')
    })
    try {
      return await Promise.race([ask(me), late])
    } finally {
      clearTimeout(timer)
    }
  },
  raceSleeps: (_, { ms, otherMs }) =>
    Promise.race([sleep(ms).then(() => 'one'), sleep(otherMs).then(() => 'two'), ask('third')]),
  signal: (_, { ms }, me) => ask(me, AbortSignal.timeout(ms)).catch(failure),
  async checkedLater(_, { ms }, me) {
    const signal = AbortSignal.timeout(ms)
    const answer = await ask(me, signal).catch(failure)
    return signal.aborted ? `${answer}, too late: ${failure(signal.reason)}` : answer
  },
  async deadline({ log }, { ms }, me) {
    const controller = new AbortController()
    const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(2 * ms)])
    const timer = setTimeout(() => {
      log(`${me} deadline`)
      controller.abort(new Error('too late'))
    }, ms)
    return ask(me, signal)
      .catch(failure)
      .finally(() => clearTimeout(timer))
  },
  interval: ({ log }, { ms, count }, me) =>
    new Promise((resolve) => {
      let beat = 0
      const timer = setInterval(
        (text: string) => {
          log(`${me} ${text} ${beat}`)
          if (++beat < count) return
          clearInterval(timer)
          resolve(beat)
        },
        ms,
        'beat',
      )
    }),
  async nested({ log }, { ms, count }, me) {
    await new Promise<void>((resolve) => {
      const level = (left: number): unknown =>
        setTimeout(() => {
          log(`${me} level ${left}`)
          if (left > 0) level(left - 1)
          else resolve()
        }, ms % 3)
      level(count)
    })
  },
  forget({ log, slots, flags }, { ms, slot }, me) {
    slots[slot] = setTimeout(() => {
      log(`${me} fired`)
      flags.isSet = true
      // After the end of the session its order is nobody's promise, and it may be missed.
      void ask(`${me}-late`).then(log, () => {})
    }, ms)
  },
  clearOther({ log, slots }, { slot }, me) {
    const timer = slots[slot]
    if (timer) log(`${me} clears`)
    if (timer && slot === 0) timer[Symbol.dispose]()
    else clearTimeout(slot === 1 && timer ? String(Number(timer)) : timer)
  },
  waits: (_, { ms }) => wait(ms, 'waited'),
  scheduled: async (_, { ms }) => {
    await scheduler.yield()
    return scheduler.wait(ms)
  },
  promisified: async (_, { ms }) => {
    await promisify(setImmediate)()
    return promisify(setTimeout)(ms)
  },
  immediate: () =>
    new Promise((resolve) => {
      setImmediate(resolve, 'immediate')
    }),
  rounds: (_, { count }) =>
    new Promise<void>((resolve) => {
      process.nextTick(async () => {
        for (let round = 0; round < count; round++) await Promise.resolve()
        resolve()
      })
    }),
  phases: ({ log }, { ms }, me) =>
    new Promise<void>((resolve) => {
      setTimeout(() => {
        void Promise.resolve().then(() => log(`${me} promise`))
        queueMicrotask(() => log(`${me} microtask`))
        process.nextTick(() => log(`${me} tick`))
        setImmediate(resolve)
      }, ms)
    }),
  async refresh({ log }, { ms }, me) {
    let count = 0
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        log(`${me} again ${count}`)
        if (count++ < 2) timer.refresh()
        else resolve()
      }, ms)
    })
  },
  async poll({ flags }, _, me) {
    let turns = 0
    while (!flags.isSet && turns < 4) {
      await sleep(1)
      turns++
    }
    return `${me} polled ${turns}`
  },
  async deadlineLoop(_, { ms }, me) {
    const state = { isOver: false }
    let count = 0
    const timer = setTimeout(() => {
      state.isOver = true
    }, 2 * ms)
    while (!state.isOver && count < 4) await ask(`${me}-${count++}`)
    clearTimeout(timer)
    return `${count} calls`
  },
  async words({ log }, { count }, me) {
    for await (const word of tell(me, count % 2 === 0 ? 'stream' : 'iterable')) log(`${me} ${word}`)
  },
  async wordsAborted({ log }, { ms, count }, me) {
    const signal = AbortSignal.timeout(ms)
    const words = tell(me, count % 2 === 0 ? 'stream' : 'iterable', signal)
    signal.addEventListener('abort', () => log(`${me} aborts`))
    try {
      for await (const word of words) log(`${me} ${word}`)
      return signal.aborted
    } catch (error) {
      return failure(error)
    }
  },
  async wordsRaced({ log }, { ms, count }, me) {
    const words = tell(me, 'iterable')[Symbol.asyncIterator]()
    for (let turn = 0; turn < count; turn++) {
      const first = await Promise.race([words.next(), sleep(ms)])
      log(`${me} ${JSON.stringify(first)}`)
    }
    // When that is done is in no order.
    void words.return?.(undefined)
  },
  async beats(_, { ms, count }) {
    let seen = 0
    for await (const beat of beats(ms, 'beat')) if (beat === 'beat' && ++seen >= count) break
    return seen
  },
  async beatsAborted(_, { ms, otherMs }) {
    let seen = 0
    try {
      for await (const _ of beats(ms, 0, { signal: AbortSignal.timeout(2 * otherMs) })) seen++
      return seen
    } catch (error) {
      return `${seen} ${failure(error)}`
    }
  },
  waitAborted: (_, { ms, otherMs }) =>
    wait(ms, 'waited', { signal: AbortSignal.timeout(otherMs) }).catch(failure),
  unref({ log }, { ms }, me) {
    const timer = setTimeout(() => log(`${me} unref fired`), ms)
    return `${timer.unref().hasRef()} ${timer.ref().hasRef()}`
  },
  named: ({ perform }, { branches }, me) =>
    Promise.all(
      branches.map((steps, key) =>
        scope('branch', { key: String(key) }, () => perform(steps, `${me}/${key}`)),
      ),
    ),
  all: ({ perform }, { branches }, me) =>
    Promise.all(branches.map((steps, index) => perform(steps, `${me}/${index}`))),
  any: ({ perform }, { branches }, me) =>
    Promise.race(branches.map((steps, index) => perform(steps, `${me}/${index}`))),
}

const HAS_BRANCHES = new Set(['named', 'all', 'any'])

const small = fc.nat({ max: 6 })
const numbers = {
  ms: small,
  otherMs: small,
  count: fc.integer({ min: 1, max: 4 }),
  slot: fc.nat({ max: 2 }),
}

const { steps: anySteps } = fc.letrec<{ steps: Step[]; leaf: Step; inner: Step }>((tie) => ({
  leaf: fc.record({
    ...numbers,
    op: fc.constantFrom(...Object.keys(OPERATIONS).filter((name) => !HAS_BRANCHES.has(name))),
    branches: fc.constant([]),
  }),
  inner: fc.record({
    ...numbers,
    op: fc.constantFrom(...HAS_BRANCHES),
    branches: fc.array(tie('steps'), { minLength: 2, maxLength: 3 }),
  }),
  steps: fc.array(
    fc.oneof(
      { maxDepth: 2, depthIdentifier: 'program' },
      { arbitrary: tie('leaf'), weight: 9 },
      { arbitrary: tie('inner'), weight: 1 },
    ),
    { minLength: 1, maxLength: 4 },
  ),
}))

/** Programs with plain timers, deadlines and races among their calls. */
export const anyProgram: fc.Arbitrary<Program> = fc.array(anySteps, { minLength: 1, maxLength: 3 })

/** Runs a program, and gives all that happened until its end in the order in which it did. */
export async function runProgram(program: Program): Promise<readonly string[]> {
  const trace: string[] = []
  let steps = 0
  const log = (text: string) => void trace.push(text)
  const run: Run = { log, slots: [], flags: { isSet: false }, perform }

  async function perform(list: readonly Step[], me: string): Promise<string> {
    for (const step of list) {
      const id = `${me}.${step.op}${steps++}`
      log(`${id} starts`)
      log(`${id} gives ${JSON.stringify(await OPERATIONS[step.op]?.(run, step, id))}`)
    }
    return me
  }

  await Promise.all(program.map((list, index) => perform(list, `b${index}`)))
  return [...trace]
}
