import type { EventKind } from '@retake/core'
import type { MatcherResult } from './matcher.ts'
import { describeCall, observe, type ObservedCall } from './observed.ts'

/** A call of a trajectory: its kind, or its kind and name, as `tool weather`. */
export type TrajectoryStep = string | { readonly kind: EventKind; readonly name?: string }

export interface TrajectoryOptions {
  /**
   * Whether calls have to come in this order, or only to be these.
   *
   * @default 'ordered'
   */
  readonly order?: 'ordered' | 'set'
}

interface Step {
  readonly kind: string
  readonly name?: string
}

/**
 * Whether the calls of a session are these, no more and no fewer. Effects such as `now()` count only where the trajectory
 * names some.
 */
export function toMatchTrajectory(
  received: unknown,
  trajectory: readonly TrajectoryStep[],
  { order = 'ordered' }: TrajectoryOptions = {},
): MatcherResult {
  const steps = trajectory.map(toStep)
  const hasEffects = steps.some(({ kind }) => kind === 'effect')
  const calls = observe(received).calls.filter(({ kind }) => hasEffects || kind !== 'effect')
  const expected = steps.map(describeStep)
  const actual = calls.map(describeCall)
  return {
    pass: order === 'set' ? isSameSet(calls, steps) : isSameOrder(calls, steps),
    message: () =>
      `expected the calls of the session, ${order === 'set' ? 'in any order' : 'in this order'}: ${expected.join(', ') || 'none'}; made were: ${actual.join(', ') || 'none'}`,
    actual,
    expected,
  }
}

function isSameOrder(calls: readonly ObservedCall[], steps: readonly Step[]): boolean {
  return (
    calls.length === steps.length &&
    calls.every((call, index) => {
      const step = steps[index]
      return step !== undefined && isStep(call, step)
    })
  )
}

// Steps with a name first: one without may take any call that is left.
function isSameSet(calls: readonly ObservedCall[], steps: readonly Step[]): boolean {
  const left = [...calls]
  const bySpecificity = steps.toSorted((one, other) => rank(one) - rank(other))
  return (
    calls.length === steps.length &&
    bySpecificity.every((step) => {
      const index = left.findIndex((call) => isStep(call, step))
      if (index !== -1) left.splice(index, 1)
      return index !== -1
    })
  )
}

function rank({ name }: Step): number {
  return name === undefined ? 1 : 0
}

function isStep(call: ObservedCall, { kind, name }: Step): boolean {
  return call.kind === kind && (name === undefined || call.name === name)
}

function toStep(step: TrajectoryStep): Step {
  if (typeof step !== 'string') return step
  const [kind = '', ...name] = step.split(' ')
  return name.length === 0 ? { kind } : { kind, name: name.join(' ') }
}

function describeStep({ kind, name }: Step): string {
  return name === undefined ? kind : `${kind} ${name}`
}
