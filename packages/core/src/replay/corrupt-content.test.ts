import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createRetake, isRetakeError, recorded, type ReplayOptions } from '../index.ts'
import { createDirectoryStore } from '@retake/store/directory'

const directory = mkdtempSync(join(tmpdir(), 'retake-corrupt-'))
const store = createDirectoryStore({ directory })
const retake = createRetake({ store, environment: { RETAKE_REPLAY_ENABLED: '1' }, log: false })

afterAll(() => rmSync(directory, { recursive: true }))

const ANSWER = 'It is about a whale. '.repeat(30)
const ask = recorded('llm', 'ask', async (question: string) => `${question} ${ANSWER}`)
const count = recorded('tool', 'count', async function* () {
  yield ANSWER
  yield 'the end'
})

async function agent(): Promise<string[]> {
  const parts: string[] = [await ask('one'), await ask('two')]
  for await (const part of count()) parts.push(part)
  return parts
}

/** Records the agent, and replaces a text in its journal, within content by one of the same length. */
async function recordAndChange(found: string, put: string): Promise<string> {
  const { id, settled } = await retake.session(async (session) => {
    await agent()
    return { id: session.id, settled: () => session.settled }
  })
  await settled()
  const file = join(directory, `${id}.jsonl`)
  const text = readFileSync(file, 'utf8')
  expect(text.split(found)).toHaveLength(2)
  writeFileSync(file, text.replace(found, put))
  return id
}

function endOf(id: string, run: () => Promise<unknown>, options?: ReplayOptions): Promise<unknown> {
  return retake.replay(id, run, options).then(
    () => 'well',
    (error: unknown) => (isRetakeError(error) ? error.code : error),
  )
}

describe('a recording whose content is corrupt', () => {
  it.each([
    ['an answer', '"value":"two It', '"value":?two It'],
    ['a stream', '"parts":["It', '"parts":{"It'],
    ['another field', '"ord":1,', '"ord":-1,'],
    ['how a stream ended', '"end":"complete"', '"end":"finished"'],
    ['the ticks of a stream', '"ticks":[[1,', '"ticks":[[2,'],
  ])('fails the replay for good when it is asked for: %s', async (_name, found, put) => {
    const id = await recordAndChange(found, put)
    const agentThatGoesOn = () => agent().catch(() => undefined)

    expect(await endOf(id, agentThatGoesOn)).toBe('REPLAY_INVALID_SESSION')
    await expect(store.load(id).then((data) => data?.events)).rejects.toThrow(/line \d,/)
  })

  it('rejects the call, and does not throw at its caller', async () => {
    const id = await recordAndChange('"value":"one It', '"value":?one It')
    const rejected = async () => {
      const promise = ask('one')
      await promise.catch(() => undefined)
    }

    expect(await endOf(id, rejected, { onLeftover: 'ignore' })).toBe('REPLAY_INVALID_SESSION')
  })

  it('is of no consequence to a replay that does not ask for it', async () => {
    const id = await recordAndChange('"value":"two It', '"value":?two It')

    expect(await endOf(id, () => ask('one'), { onLeftover: 'ignore' })).toBe('well')
  })
})
