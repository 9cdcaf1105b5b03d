import assert from 'node:assert/strict'
import { ask, type Answer } from './ask.ts'
import type { Recording, Recordings } from './record.ts'
import type { Stage } from './stage.ts'
import { bold, green, print } from './terminal.ts'

/** Replays all recordings, and prints what came of it below what was recorded. */
export async function replayAll(stage: Stage, recordings: Recordings): Promise<void> {
  print(bold('\n                       time   model calls   tool runs   bytes   equal'))
  for (const recording of Object.values(recordings)) await replay(stage, recording)
}

async function replay(stage: Stage, { server, session, answer }: Recording): Promise<void> {
  const { name } = server
  const replayed = await ask(stage, server, session)
  assertSame(name, answer, replayed)
  assert.equal(replayed.header('x-replay-of'), session, `${name} replayed another session.`)
  assert.equal(replayed.header('x-replay-status'), 'ok', `${name} replayed with deviations.`)

  print(`${name.padEnd(10)}recorded${columns(answer)}`)
  print(`${''.padEnd(10)}${green('replayed')}${columns(replayed)}     ${green('yes')}`)
}

/** Demands that nothing was called or run, and that every byte is as recorded. */
export function assertSame(name: string, recorded: Answer, replayed: Answer): void {
  assert.equal(replayed.status, recorded.status, `${name} answered ${replayed.status}.`)
  assert.equal(replayed.modelCalls, 0, `${name} called the model in a replay.`)
  assert.equal(replayed.toolRuns, 0, `${name} ran tools in a replay.`)
  assert(replayed.body.equals(recorded.body), `${name} replayed other bytes.`)
}

function columns({ ms, modelCalls, toolRuns, body }: Answer): string {
  const cells = [`${ms.toFixed(0)} ms`, modelCalls, toolRuns, body.length]
  const widths = [9, 14, 12, 8]
  return cells.map((cell, index) => String(cell).padStart(widths[index] ?? 0)).join('')
}
