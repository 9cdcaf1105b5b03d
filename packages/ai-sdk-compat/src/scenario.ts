import type { RetakeOptions } from '@retake/core'
import type { ProviderOptions } from '@retake/loopback-provider'
import type { ReplayOptions } from '@retake/core'
import type { Kit } from './kit.ts'
import type { Major } from './majors.ts'

/** Something that an app does with the SDK, of which a replay must give the same result. */
export interface Scenario {
  readonly name: string
  /** The first major that has what it needs. */
  readonly since?: Major
  /** The last major that has it. */
  readonly until?: Major
  /** It is done by a telemetry integration too, which sees language models and their tools only. */
  readonly isSeenByTelemetry?: true
  /** How the provider behaves, where it matters. */
  readonly provider?: ProviderOptions
  readonly retake?: RetakeOptions
  readonly replay?: ReplayOptions
  /** Calls that reach the provider when it is recorded. */
  readonly calls: number
  /** How often code of the app runs that a replay must not run again. */
  readonly runs?: number
  run(kit: Kit): Promise<unknown>
}

export const QUESTION = 'What is the weather in Oslo?'

/** Whether a major has what a scenario needs. */
export function isIn(major: Major, { since = 5, until = 7 }: Scenario): boolean {
  return since <= major && major <= until
}

/** Reads a stream to its end. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const parts: T[] = []
  for await (const part of stream) parts.push(part)
  return parts
}

/** What a promise fails with, as a value to compare. */
export async function failureOf(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('It did not fail.')
}
