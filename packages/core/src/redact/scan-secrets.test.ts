import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createRetake } from '../retake.ts'
import { call } from '../seam/seam.ts'
import { readCassetteFile } from '../stores/cassette-files.ts'
import { createMemoryStore } from '../stores/memory.ts'
import { scanSecrets, scanText } from './scan-secrets.ts'

const GOLDEN = join(import.meta.dirname, '../../../conformance/golden/cassettes/v1')
const KEY = `sk-proj-${'a1B2'.repeat(12)}`

async function record(answer: string): Promise<Parameters<typeof scanSecrets>[0]> {
  const retake = createRetake({ store: createMemoryStore(), capture: 'full', environment: {} })
  const id = await retake.session(async (session) => {
    await call({ kind: 'llm', name: 'model', request: { prompt: 'p' } }, async () => ({ answer }))
    return session.id
  })
  const data = await retake.store.load(id)
  if (data === undefined) throw new Error('nothing was recorded')
  return data
}

describe('scanSecrets', () => {
  it('names the place and the rule, and never the value', async () => {
    const found = scanSecrets(await record(`use ${KEY}`), {})

    expect(found).toEqual([{ path: 'events[0].outcome.value.answer', rule: expect.any(String) }])
    expect(JSON.stringify(found)).not.toContain('sk-proj')
  })

  it('knows the values of credential-like variables', async () => {
    const data = await record('the magic word is open-sesame-42')

    expect(scanSecrets(data, { DOOR_PASSWORD: 'open-sesame-42' })).toHaveLength(1)
    expect(scanSecrets(data, { DOOR: 'open-sesame-42' })).toEqual([])
  })

  it('finds nothing in cassettes without secrets', () => {
    const files = readdirSync(GOLDEN).filter((name) => name.endsWith('.cassette.json'))

    for (const file of files) {
      expect(scanSecrets(readCassetteFile(join(GOLDEN, file)), {})).toEqual([])
    }
    expect(files.length).toBeGreaterThan(5)
  })

  it('never repeats a secret that is the name of a field', async () => {
    const data = { ...(await record('no')), notes: { [KEY]: 1, open: { 'open-sesame-42': 2 } } }
    const found = scanSecrets(data, { DOOR_PASSWORD: 'open-sesame-42' })

    expect(found.map(({ path }) => path.split('«')[0])).toEqual(['notes.', 'notes.open.'])
    expect(JSON.stringify(found)).not.toMatch(/sk-proj|sesame/)
  })

  it('looks at fields that a later version has added', async () => {
    const data = { ...(await record('no')), notes: [`use ${KEY}`] }

    expect(scanSecrets(data, {})).toMatchObject([{ path: 'notes[0]' }])
  })
})

describe('scanText', () => {
  it('finds a secret in what is no JSON', () => {
    expect(scanText(`{"answer": "use ${KEY}", <<<<<<< HEAD`, {})).toHaveLength(1)
    expect(scanText('{"answer": "use', {})).toEqual([])
  })
})
