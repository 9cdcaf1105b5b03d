import { scope, sleep } from '@retake/core'
import { endingOf } from './lab.ts'
import { ask, hang, openParts, takeEffect, useTool, type Caller } from './program-calls.ts'
import type { Program, ProgramOf, Read } from './program.ts'
import type { Answer, Provider } from './provider.ts'

/** What a program runs with. */
export interface World extends Caller {
  /** Told of everything that a program can see, in the order in which it sees it. */
  readonly see: (event: string) => void
  /** Everybody who takes part in a race. They run on when it is over. */
  readonly racers: Promise<unknown>[]
}

/** Names a part of a program. */
type Place = (part: string | number) => string

type Perform<Step> = (step: Step, world: World, at: Place) => unknown

const FORMS: { readonly [Type in Program['type']]: Perform<ProgramOf<Type>> } = {
  ask,
  read,
  race,
  retry,
  deadline,
  effect: takeEffect,
  sleep: ({ ms }) => sleep(ms),
  sequence: ({ steps }, world, at) => inSequence(steps, world, at),
  parallel: ({ steps }, world, at) => Promise.all(startAll(steps, world, at)),
  scope: ({ key, step }, world, at) => scope('item', { key }, () => run(step, world, at(key))),
  attempt: ({ step }, world, at) => run(step, world, at('step')).catch(describe),
  // What a tool does inside is not seen: a replay serves the tool as a whole.
  tool: ({ name, step }, world) => useTool(name, world, () => run(step, { ...world, see() {} })),
  async branch({ ask: first, steps }, world, at) {
    const { size } = await ask(first, world)
    const chosen = steps[size % steps.length]
    return chosen && run(chosen, world, at(size))
  },
  async loop({ ask: first, step }, world, at) {
    const { size } = await ask(first, world)
    return inSequence(Array<Program>(size).fill(step), world, at)
  },
}

/** Runs a program on Retake's seam. */
export async function run(program: Program, world: World, place = ''): Promise<unknown> {
  const what = place + ('prompt' in program ? `${program.type} ${program.prompt}` : program.type)
  const perform = FORMS[program.type] as Perform<Program>
  try {
    const value = await perform(program, world, (part) => `${place}${part} > `)
    world.see(`${what}: ${JSON.stringify(value)}`)
    return value
  } catch (error) {
    world.see(`${what}: ${describe(error)}`)
    throw error
  }
}

/** Runs a program to its end. What hangs is then all that is still in flight. */
export async function runToEnd(program: Program, world: World): Promise<unknown> {
  try {
    return await run(program, world)
  } finally {
    // Those who run on may start further races.
    for (const racer of world.racers) await Promise.allSettled([racer])
  }
}

function startAll(steps: readonly Program[], world: World, at: Place): Promise<unknown>[] {
  return steps.map((step, index) => run(step, world, at(index)))
}

async function inSequence(
  steps: readonly Program[],
  world: World,
  at: Place,
): Promise<readonly unknown[]> {
  const values: unknown[] = []
  for (const [index, step] of steps.entries()) values.push(await run(step, world, at(index)))
  return values
}

async function read(step: Read, world: World, at: Place): Promise<readonly Answer[]> {
  const taken: Answer[] = []
  for await (const part of await openParts(step, world)) {
    world.see(at(`part ${part.text}`))
    taken.push(part)
    if (taken.length === step.take) break
  }
  return taken
}

function race({ steps, hangs }: ProgramOf<'race'>, world: World, at: Place): Promise<unknown> {
  const racers = startAll(steps, world, at)
  world.racers.push(...racers)
  return Promise.race(hangs ? [...racers, hang(world)] : racers)
}

async function retry({ ask: step, failures }: ProgramOf<'retry'>, world: World): Promise<Answer> {
  const { provider } = world
  let refused = 0
  const flaky: Provider = {
    ...provider,
    answer: (prompt, latency, signal) =>
      refused++ < failures
        ? provider.refuse(prompt, latency)
        : provider.answer(prompt, latency, signal),
  }
  for (;;) {
    try {
      return await ask(step, { ...world, provider: flaky })
    } catch (error) {
      world.see(`attempt ${step.prompt}: ${describe(error)}`)
      if (!isRetryable(error)) throw error
    }
  }
}

async function deadline(
  { ms, step }: ProgramOf<'deadline'>,
  world: World,
  at: Place,
): Promise<unknown> {
  const controller = new AbortController()
  const alarm = endingOf(sleep(ms).then(() => controller.abort(new Error('too late'))))
  const value = await run(step, { ...world, signal: controller.signal }, at('step')).catch(describe)
  await alarm
  return value
}

function isRetryable(error: unknown): boolean {
  return error instanceof Error && 'status' in error && error.status === 429
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : `thrown ${String(error)}`
}
