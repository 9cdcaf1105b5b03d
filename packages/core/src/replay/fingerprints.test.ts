import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  fingerprint,
  formatRecord,
  readJournals,
  JOURNAL_LIMITS,
  fingerprintOf,
  recordedEvents,
} from '@retake/format'
import { call, createRetake, isRetakeError, recorded, type RetakeOptions } from '../index.ts'
import { createDirectoryStore } from '@retake/store/directory'
import { eventRecord, sessionRecord } from '@retake/format/records'

const directory = mkdtempSync(join(tmpdir(), 'retake-fingerprints-'))
const store = createDirectoryStore({ directory })

afterAll(() => rmSync(directory, { recursive: true }))

const LONG = 'Tell me of whales. '.repeat(30)
let asked = 0
const ask = recorded(
  'llm',
  'ask',
  async (question: unknown) => `answer ${++asked} to ${String(question)}`,
)

function createApp(options: RetakeOptions = {}) {
  return createRetake({
    store,
    environment: { RETAKE_REPLAY_ENABLED: '1' },
    log: false,
    ...options,
  })
}

async function recordIn(retake: ReturnType<typeof createApp>, run: () => Promise<unknown>) {
  const { id, settled } = await retake.session(async (session) => {
    await run()
    return { id: session.id, settled: () => session.settled }
  })
  await settled()
  return id
}

function readLog(id: string): string {
  return readFileSync(join(directory, `${id}.jsonl`), 'utf8')
}

async function fingerprintsOf(id: string): Promise<readonly (string | undefined)[]> {
  const data = await store.load(id)
  return (data?.events ?? []).map(({ fp }) => fp)
}

describe('the fingerprint of a call', () => {
  it.each(['short', LONG])(
    'is worked out of its request when its session is read',
    async (text) => {
      const id = await recordIn(createApp(), () => ask(text))

      expect(readLog(id)).toContain('"fp":""')
      expect(await fingerprintsOf(id)).toEqual([fingerprint(text)])
    },
  )

  it('is that of nothing for a call without a request', async () => {
    const roll = () => call({ kind: 'tool', name: 'roll' }, async () => 4)
    const retake = createApp()
    const id = await recordIn(retake, roll)

    expect(await fingerprintsOf(id)).toEqual([fingerprint(null)])
    expect(await retake.replay(id, roll)).toBe(4)
  })

  it.each([
    ['nothing is stored of it', { capture: 'metadata' }],
    ['a part of it is left out', { fields: { userInput: false } }],
    ['it is stored unredacted', { capture: 'full', redact: { pii: ['email'] } }],
  ] satisfies [string, RetakeOptions][])('is stored where %s', async (_why, options) => {
    const request = { messages: [{ role: 'user', content: `write to a@b.example, ${LONG}` }] }
    const retake = createApp(options)
    const id = await recordIn(retake, () => ask(request))

    const [fp = ''] = await fingerprintsOf(id)
    expect(fp).toMatch(/^[\da-f]{32}$/)
    expect(readLog(id)).toContain(`"fp":"${fp}"`)
  })

  it('is stored where the store does not take the request', async () => {
    const picky = createDirectoryStore({ directory })
    const refusing: typeof picky = {
      ...picky,
      open(session) {
        const log = picky.open(session)
        return {
          append(record) {
            if (record.type === 'event' && record.outcome) throw new Error('too large')
            log.append(record)
          },
          close: () => log.close(),
        }
      },
    }
    const id = await recordIn(createApp({ store: refusing }), () => ask(LONG))

    expect(await fingerprintsOf(id)).toEqual([fingerprint(LONG)])
  })

  it('finds calls that have changed their places', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `${index} ${LONG}`)
    const answers: string[] = []
    const retake = createApp()
    const id = await recordIn(retake, async () => {
      for (const text of texts) answers.push(await ask(text))
    })
    const again: string[] = []

    const report = await retake.replay(id, async (session) => {
      for (const text of texts.toReversed()) again.push(await ask(text))
      return session.report()
    })

    expect(again.toReversed()).toEqual(answers)
    expect(report).toMatchObject({ status: 'ok', served: 20, exact: 20 })
  })

  it('tells of a request that is corrupt, when a call might be the one that asked it', async () => {
    const retake = createApp()
    const id = await recordIn(retake, () => ask(LONG))
    const log = readLog(id)
    writeFileSync(join(directory, `${id}.jsonl`), log.replace('"request":"Tell', '"request":?Tell'))
    const replayed = retake.replay(id, () => ask(`Please. ${LONG}`))

    await expect(replayed).rejects.toSatisfy(
      (error) => isRetakeError(error) && error.code === 'REPLAY_INVALID_SESSION',
    )
  })

  it('counts no request twice against the bound of a session', () => {
    const header = sessionRecord()
    const event = eventRecord(1, { fp: '', request: { text: LONG }, outcome: { value: LONG } })
    const text = formatRecord(header) + formatRecord(event)
    const record = { ...JOURNAL_LIMITS.record, maxValues: 100 }
    const data = readJournals([{ text }], header.id, { ...JOURNAL_LIMITS, record })
    const [read] = recordedEvents(data)

    const found = Array.from({ length: 200 }, () => read && fingerprintOf(read))

    expect(new Set(found)).toEqual(new Set([fingerprint({ text: LONG })]))
    expect(data.events[0]?.outcome).toEqual({ value: LONG })
  })

  it('of another request is flagged in a lenient replay', async () => {
    const retake = createApp()
    const id = await recordIn(retake, async () => {
      for (let index = 0; index < 30; index++) await ask(`${index} ${LONG}`)
    })

    const report = await retake.replay(
      id,
      async (session) => {
        for (let index = 0; index < 30; index++) await ask(`${index}! ${LONG}`)
        return session.report()
      },
      { match: 'lenient' },
    )

    expect(report).toMatchObject({ served: 30, status: 'drift=30' })
  })
})
