import { type Calls, type CorpusFile } from '@retake/loopback-provider'
import { call, type SessionData } from '@retake/core'
import { expect } from 'vitest'
import { createTestRetake, loadSession, record, recordEnding } from '../lab.ts'
import { MORE_RUNS } from '../properties/property.ts'
import { bite, createBite, printKillRate } from '../teeth/bite.ts'
import { verifies } from '../verifies.ts'
import { prepareCall } from './corpus-call.ts'
import { CORPUS } from './files.ts'
import { readerOf, type Reader } from './readers.ts'

// The changes of one request are many, and much the same for all: the files share them among them.
const EVERY = Math.max(1, Math.round(12 / MORE_RUNS))
const TIME_LIMIT_MS = 120_000 * MORE_RUNS

interface RecordedCall {
  readonly ask: (request: unknown) => Promise<unknown>
  readonly source: SessionData
  readonly request: unknown
  readonly calls: Calls
}

async function recordCall(file: CorpusFile, reader: Reader): Promise<RecordedCall> {
  const retake = createTestRetake()
  const { provider, make } = await prepareCall(file, reader)
  const { id } = await recordEnding(retake, () => make())
  await provider.close()
  const source = await loadSession(retake, id)
  const ask = (request: unknown) => make(request as Reader['request'])
  return { ask, source, request: reader.request, calls: provider.calls }
}

/** The body of a request as a call of its own. */
async function recordBody(request: unknown): Promise<Omit<RecordedCall, 'calls'>> {
  const retake = createTestRetake()
  const ask = (body: unknown) =>
    call({ kind: 'llm', name: 'any', request: body }, async () => 'answer')
  const { id } = await record(retake, () => ask(request))
  return { ask, source: await loadSession(retake, id), request }
}

verifies(
  'corpus:teeth',
  async () => {
    const ofCalls = createBite()
    const ofBodies = createBite()
    const bodies = new Set<string>()
    for (const [offset, file] of CORPUS.entries()) {
      const reader = readerOf(file)
      if (reader === undefined) continue
      const options = { what: file.path, every: EVERY, offset }
      const recorded = await recordCall(file, reader)
      const { requests, total } = recorded.calls
      await bite(ofCalls, recorded, options)
      expect(recorded.calls.total).toBe(total)

      const body = requests.at(-1)?.body
      if (typeof body !== 'object' || bodies.has(JSON.stringify(body))) continue
      bodies.add(JSON.stringify(body))
      await bite(ofBodies, await recordBody(body), options)
    }
    printKillRate('calls of provider packages', ofCalls)
    printKillRate(`${bodies.size} bodies that they sent`, ofBodies)
    expect([...ofCalls.survivors, ...ofBodies.survivors]).toEqual([])
  },
  TIME_LIMIT_MS,
)
