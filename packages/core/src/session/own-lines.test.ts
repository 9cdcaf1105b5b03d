import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import {
  JOURNAL_LIMITS,
  LINE,
  readJournals,
  recordedEvents,
  type RecordedEvent,
} from '@retake/format'
import { createDirectoryStore } from '@retake/store/directory'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createRetake } from '../retake.ts'
import { call } from '../seam/seam.ts'

const LAZY = { ...JOURNAL_LIMITS, maxEagerChars: 0 }
const LONG = 'x'.repeat(300)

/** Whether nobody has looked at an event. */
function isUnopened(event: RecordedEvent | undefined): boolean {
  return event?.[LINE] !== undefined && event[LINE].event === undefined
}

const summarize = () => ({
  usage: { inputTokens: 3 },
  costUsd: 0.5,
  attributes: { reason: 'stop' },
})

async function later<T>(value: T): Promise<T> {
  await delay(2)
  return value
}

async function* parts() {
  yield LONG
  yield LONG
}

describe('a line that is read only when somebody looks', () => {
  it('is every call that this version has written', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'retake-own-line-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const retake = createRetake({ store: createDirectoryStore({ directory }), log: false })
    const about = { name: 'model', request: LONG, model: 'm-1', provider: 'p' }
    const id = await retake.session(async (session) => {
      await call({ kind: 'llm', op: 'generate', ...about }, async () => LONG)
      await call({ kind: 'tool', key: 'k', ...about, attributes: { version: 'v3' } }, () =>
        call({ kind: 'llm', ...about, summarize }, () => later(LONG)),
      )
      await call({ kind: 'tool', ...about }, () => Promise.reject(new Error(LONG))).catch(() => {})
      call({ kind: 'effect', ...about }, () => LONG)
      for await (const _part of call({ kind: 'tool', ...about }, parts)) continue
      return session.id
    })
    const text = readFileSync(join(directory, `${id}.jsonl`), 'utf8')

    const found = recordedEvents(readJournals([{ text }], id, LAZY))

    expect(found).toHaveLength(6)
    expect(found.filter(isUnopened)).toHaveLength(6)
  })
})
