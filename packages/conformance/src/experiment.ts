import { setImmediate as lastSteps } from 'node:timers/promises'
import type { ReplayOptions, ReplayReport, Retake, RetakeOptions } from '@retake/core'
import {
  createTestRetake,
  everySource,
  recordEnding,
  replay,
  type Ending,
  type Source,
} from './lab.ts'
import type { Program } from './program.ts'
import { createProvider } from './provider.ts'
import { run, runToEnd } from './run-program.ts'

/** What a run of a program came to. */
export interface Execution {
  /** Of the session that it ran in. */
  readonly id: string
  readonly ending: Ending
  /** All that the program saw, in order. */
  readonly seen: readonly string[]
  /** Calls that were really made. */
  readonly calls: number
}

export interface RecordedProgram {
  readonly retake: Retake
  readonly live: Execution
  readonly sources: readonly Source[]
}

// How long a session waits for calls that hang.
const DRAIN_MS = 5

// A slow machine must not run out of the time that a replay waits for its caller to abort.
const PATIENT: ReplayOptions = { abortGraceMs: 5_000 }

/**
 * Records a program, with an instance of its own.
 *
 * Where calls hang, all others come to their end before the session does.
 */
export async function recordProgram(
  program: Program,
  options?: RetakeOptions,
): Promise<RecordedProgram> {
  const retake = createTestRetake({ ...(hangs(program) && { drainMs: DRAIN_MS }), ...options })
  const live = await recordIn(retake, program)
  return { retake, live, sources: await everySource(retake, live.id) }
}

export async function recordIn(retake: Retake, program: Program): Promise<Execution> {
  const { body, seen, provider } = prepare(program)
  const { id, ending } = await recordEnding(retake, body)
  await lastSteps()
  return { id, ending, seen, calls: provider.calls }
}

export async function replayProgram(
  retake: Retake,
  source: Source,
  program: Program,
  options?: ReplayOptions,
): Promise<Execution & { readonly report: ReplayReport }> {
  const { body, seen, provider } = prepare(program)
  const { id, ending, report } = await replay(retake, source, body, { ...PATIENT, ...options })
  await lastSteps()
  return { id, ending, seen, calls: provider.calls, report }
}

function hangs(program: Program): boolean {
  return JSON.stringify(program).includes('"hangs":true')
}

function prepare(program: Program) {
  const provider = createProvider()
  const seen: string[] = []
  const world = { provider, racers: [], see: (event: string) => void seen.push(event) }
  const body = () => (hangs(program) ? runToEnd(program, world) : run(program, world))
  return { body, seen, provider }
}
