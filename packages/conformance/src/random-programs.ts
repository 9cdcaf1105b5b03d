import fc from 'fast-check'
import type { Ask, Program, Read } from './program.ts'
import type { Latency } from './provider.ts'

type Kind = Program['type']

export interface RandomProgramOptions {
  /** Forms that do not occur. */
  readonly without?: readonly Kind[]
  /** Whether calls may hang for ever, which a session waits for in vain. By default they may. */
  readonly hanging?: boolean
  /** How long a call really takes. By default up to 6 milliseconds. */
  readonly latency?: fc.Arbitrary<Latency>
  /** What is asked. By default one of a few, so that equal requests are common. */
  readonly prompt?: fc.Arbitrary<string>
}

const SOME_MS = fc.integer({ min: 0, max: 6 })
const FEW_PROMPTS = fc.constantFrom('plan', 'draft', 'grade', 'check')

/** Programs of every form, small enough to be read when they are printed. */
export function randomProgram(options: RandomProgramOptions = {}): fc.Arbitrary<Program> {
  const steps = fc.array(randomStep(options), { minLength: 2, maxLength: 4 })
  return node<'sequence' | 'parallel'>({ type: fc.constantFrom('sequence', 'parallel'), steps })
}

/** One step of a program, which may hold others. */
export function randomStep({
  without = [],
  hanging = true,
  latency = SOME_MS,
  prompt = FEW_PROMPTS,
}: RandomProgramOptions = {}): fc.Arbitrary<Program> {
  const allowed = (forms: Partial<Record<Kind, fc.Arbitrary<Program>>>) =>
    Object.entries(forms).flatMap(([type, form]) => (without.includes(type as Kind) ? [] : [form]))
  const ask = randomAsk(prompt, latency)
  const read = randomRead({ prompt, latency })

  return fc.letrec<{ step: Program; composite: Program }>((tie) => {
    const step = tie('step')
    const steps = fc.array(step, { minLength: 1, maxLength: 3 })
    const simple = allowed({
      ask,
      read,
      attempt: ask.map((refused) => ({ type: 'attempt', step: { ...refused, fails: true } })),
      sleep: node<'sleep'>({ type: fc.constant('sleep'), ms: SOME_MS }),
      effect: node<'effect'>({
        type: fc.constant('effect'),
        name: fc.constantFrom('now', 'random', 'uuid', 'charge'),
      }),
    })
    const composite = allowed({
      sequence: node<'sequence'>({ type: fc.constant('sequence'), steps }),
      parallel: node<'parallel'>({ type: fc.constant('parallel'), steps }),
      race: node<'race'>({
        type: fc.constant('race'),
        steps,
        hangs: hanging ? fc.boolean() : fc.constant(false),
      }),
      tool: node<'tool'>({
        type: fc.constant('tool'),
        name: fc.constantFrom('search', 'save'),
        step,
      }),
      retry: node<'retry'>({
        type: fc.constant('retry'),
        ask,
        failures: fc.integer({ min: 0, max: 2 }),
      }),
      branch: node<'branch'>({ type: fc.constant('branch'), ask, steps }),
      loop: node<'loop'>({ type: fc.constant('loop'), ask, step }),
      scope: node<'scope'>({ type: fc.constant('scope'), key: fc.constantFrom('a', 'b'), step }),
      deadline: node<'deadline'>({
        type: fc.constant('deadline'),
        ms: SOME_MS,
        step: fc
          .tuple(fc.oneof(ask, read), fc.boolean())
          .map(([step, isDeaf]) => ({ ...step, isDeaf })),
      }),
      attempt: node<'attempt'>({ type: fc.constant('attempt'), step }),
    })
    return {
      step: fc.oneof({ maxDepth: 4, depthSize: 'small' }, ...simple, {
        arbitrary: tie('composite'),
        weight: 10,
      }),
      composite: fc.oneof(...composite),
    }
  }).step
}

/** Steps, and an order in which to start them. */
export function someInAnyOrder(
  step: fc.Arbitrary<Program>,
): fc.Arbitrary<{ readonly steps: readonly Program[]; readonly order: readonly number[] }> {
  return fc
    .array(step, { minLength: 2, maxLength: 4 })
    .chain((steps) =>
      fc
        .shuffledSubarray([...steps.keys()], { minLength: steps.length })
        .map((order) => ({ steps, order })),
    )
}

/** From two to six single calls. */
export function manyAsks({
  latency = SOME_MS,
  prompt = FEW_PROMPTS,
}: RandomProgramOptions = {}): fc.Arbitrary<readonly Ask[]> {
  return fc.array(randomAsk(prompt, latency), { minLength: 2, maxLength: 6 })
}

type Fields<Type extends Kind> = {
  readonly [Name in keyof Extract<Program, { readonly type: Type }>]: fc.Arbitrary<
    Extract<Program, { readonly type: Type }>[Name]
  >
}

function node<Type extends Kind>(fields: Fields<Type>): fc.Arbitrary<Program> {
  const arbitraries: Record<string, fc.Arbitrary<unknown>> = fields
  return fc.record(arbitraries, { noNullPrototype: true }) as fc.Arbitrary<Program>
}

function randomAsk(
  prompt: fc.Arbitrary<string>,
  latency: fc.Arbitrary<Latency>,
): fc.Arbitrary<Ask> {
  return fc.tuple(prompt, latency).map(([asked, lasts]) => ({
    type: 'ask',
    prompt: asked,
    latency: lasts,
  }))
}

/** A call that is answered in parts, of which some or all are read. */
export function randomRead({
  latency = SOME_MS,
  prompt = FEW_PROMPTS,
}: RandomProgramOptions = {}): fc.Arbitrary<Read> {
  const shape = fc.constantFrom('stream', 'iterable')
  const gaps = fc.array(latency, { minLength: 1, maxLength: 4 })
  const take = fc.integer({ min: 1, max: 5 })
  return fc.tuple(shape, prompt, gaps, take).map(([form, asked, between, read]) => ({
    type: 'read',
    shape: form,
    prompt: asked,
    gaps: between,
    take: read,
  })) as fc.Arbitrary<Read>
}
