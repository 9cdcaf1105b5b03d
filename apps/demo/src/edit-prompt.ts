import assert from 'node:assert/strict'
import { ask } from './ask.ts'
import type { Recording, Recordings } from './record.ts'
import { assertSame } from './replay.ts'
import { prompt } from './shop.ts'
import type { Stage } from './stage.ts'
import { bold, print, quote, red, yellow } from './terminal.ts'

const EDITED = 'Use both tools, then decide kindly.'

/** Edits what the agent is told, and replays what was recorded before: strictly, then leniently. */
export async function replayEdited(stage: Stage, { express, hono }: Recordings): Promise<void> {
  prompt.instructions = EDITED
  print(bold(`\nThe prompt is edited to "${EDITED}"`))
  await replayStrictly(stage, express)
  await replayLeniently(stage, hono)
}

async function replayStrictly(stage: Stage, { server, session }: Recording): Promise<void> {
  const answer = await ask(stage, server, `${session};match=strict`)
  const { status, modelCalls, toolRuns } = answer
  assert.equal(status, 409, `${server.name} answered ${status} to a strict replay.`)
  assert.equal(modelCalls + toolRuns, 0, `${server.name} went live in a replay.`)
  assert.match(answer.header('content-type'), /^application\/problem\+json/)
  const problem = JSON.parse(answer.body.toString()) as { code: string; detail: string }
  assert.equal(problem.code, 'REPLAY_MISS')
  assert(problem.detail.includes(EDITED), `${server.name} does not tell what was edited.`)

  print(`${server.name}, X-Replay: …;match=strict   ${red('409')} ${problem.code}`)
  quote(problem.detail)
}

async function replayLeniently(stage: Stage, recording: Recording): Promise<void> {
  const { server, session } = recording
  const answer = await ask(stage, server, session)
  const status = answer.header('x-replay-status')
  const report = stage.log.findLast((text) => text.includes(session)) ?? ''
  assertSame(server.name, recording.answer, answer)
  assert.match(status, /^drift=\d+$/, `${server.name} had the status "${status}".`)
  assert(report.includes(EDITED), `${server.name} does not report what was edited.`)

  print(
    `${server.name}, X-Replay: …   ${yellow('200')} with the recorded bytes, X-Replay-Status: ${status}`,
  )
  quote(report)
}
