import type { MatcherResult } from './matcher.ts'
import { describeCall, observe } from './observed.ts'

type Equals = (one: unknown, other: unknown) => boolean

/** Whether a tool was called, with this input where one is given. */
export function toHaveCalledTool(
  equals: Equals,
  received: unknown,
  name: string,
  ...input: readonly unknown[]
): MatcherResult {
  const { calls } = observe(received)
  const ofName = calls.filter((call) => call.kind === 'tool' && call.name === name)
  const found = ofName.filter(({ request }) => input.length === 0 || equals(request, input[0]))
  const made = ofName.length > 0 ? ofName : calls
  const listed = made.map((call) => `\n  ${describeCall(call)} ${toText(call.request)}`)
  const wanted = `tool ${name}${input.length === 0 ? '' : ` with ${toText(input[0])}`}`
  return {
    pass: found.length > 0,
    message: () =>
      found.length > 0
        ? `expected no call of ${wanted}, and there ${found.length === 1 ? 'was one' : `were ${found.length}`}`
        : `expected a call of ${wanted}; ${listed.length === 0 ? 'no call was made' : `made were${listed.join('')}`}`,
    actual: ofName.map(({ request }) => request),
    expected: input.length === 0 ? undefined : input,
  }
}

function toText(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value)
}
