import { readFileSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import {
  call,
  createRetake,
  currentSession,
  recorded,
  scope,
  stream,
  type Retake,
} from '@retake/core'
import { inSpan } from '@retake/core/adapter'
import { writeCassetteFile } from '@retake/core/stores/cassette-files'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { expect } from 'vitest'
import { formsOf, LEAKY, LEAKY_TEXT, SECRETS, TOKEN } from '../leaks.ts'
import { endingOf, loadSession } from '../lab.ts'
import { readParts, toStream } from '../provider.ts'
import { inDirectory } from '../stores.ts'
import { holds } from './property.ts'

const CUT = 7

interface Secrets {
  readonly value: unknown
  readonly text: string
}

const tool = recorded('tool', 'leak', async (given: unknown, text: string) => ({ given, text }))
const broken = recorded('tool', 'broken', async (given: unknown, text: string) => {
  throw Object.assign(new Error(text, { cause: given }), { name: text, details: given })
})

/** An app that is careless with its credentials wherever it can be. `edit` makes its requests other ones. */
async function careless({ value, text }: Secrets, edit = ''): Promise<void> {
  const session = currentSession()!
  session.setMetadata({ value, text })
  session.addTags([text])
  session.message('user', [text, value])
  session.decision({ reasoning: text, alternatives: [value], chosen: text })
  session.score('helpful', 1, text)
  session.event('noted', { text, value })
  session.error(Object.assign(new Error(text, { cause: value }), { name: text }))
  await scope('item', { key: text }, () => tool(value, text + edit))
  await inSpan({ kind: 'chain', name: 'step', key: text, attributes: { text } }, () =>
    endingOf(broken(value, text + edit)),
  )
  const attributes = { text, value }
  const request = { value, text: text + edit }
  await call({ kind: 'llm', name: 'test/model', request, attributes }, async () => [text, value])
  const { stream: deltas } = await stream(
    { kind: 'llm', name: 'test/model', op: 'stream', request },
    async () => ({ text, stream: toStream(inPieces(text)) }),
  )
  await readParts(deltas as never)
  session.end('failure', text)
}

/** A text as models stream it, so that a secret comes in pieces. */
async function* inPieces(text: string): AsyncGenerator<object> {
  for (let start = 0; start < text.length; start += CUT) {
    yield { type: 'text-delta', id: '1', delta: text.slice(start, start + CUT) }
  }
}

/** Records and replays the app, well and badly, and gives all that came out of it. */
async function outputsOf(directory: string, secrets: Secrets): Promise<readonly string[]> {
  const log: string[] = []
  const retake = createRetake({
    store: createDirectoryStore({ directory }),
    environment: { RETAKE_REPLAY_ENABLED: '1', SERVICE_TOKEN: TOKEN },
    log: (text) => void log.push(text),
  })
  const { text, value } = secrets
  const id = await retake.session(
    { name: text, agent: text, goal: text, tags: [text], metadata: { value } },
    async (session) => {
      await careless(secrets)
      return session.id
    },
  )
  const outputs = [...(await replayed(retake, id, secrets)), ...log]
  writeCassetteFile(join(directory, 'committed.cassette.json'), await loadSession(retake, id))
  return [...outputs, JSON.stringify(retake.stats()), ...filesIn(directory)]
}

async function replayed(retake: Retake, id: string, secrets: Secrets): Promise<readonly string[]> {
  const outputs: string[] = []
  for (const [edit, match] of [
    ['', 'strict'],
    [' and more', 'strict'],
    [' and more', 'lenient'],
  ] as const) {
    const ending = await endingOf(
      retake.replay(
        id,
        async (session) => {
          const result = await endingOf(careless(secrets, edit))
          outputs.push(JSON.stringify(session.report()), describe(result))
        },
        { match },
      ),
    )
    outputs.push(describe(ending))
  }
  return outputs
}

function describe(ending: object): string {
  if (!('error' in ending)) return ''
  const error = ending.error as Error & { data?: unknown }
  return `${error.message} ${error.stack} ${JSON.stringify(error.data)} ${JSON.stringify(error)}`
}

function filesIn(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'))
}

holds('property:secrets', 60, LEAKY, LEAKY_TEXT, async (value, text) => {
  await inDirectory(async (directory) => {
    const outputs = await outputsOf(directory, { value, text })

    expect(outputs.length).toBeGreaterThan(8)
    for (const form of SECRETS.flatMap(formsOf)) {
      for (const output of outputs) expect(around(output, form)).toBeUndefined()
    }
  })
})

/** Where a secret stands in an output, to be told by a failure. */
function around(output: string, secret: string): string | undefined {
  const at = output.indexOf(secret)
  return at === -1 ? undefined : output.slice(Math.max(0, at - 120), at + secret.length + 40)
}
