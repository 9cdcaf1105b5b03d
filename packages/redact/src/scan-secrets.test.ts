import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SessionData } from '@retake/format'
import { parseCassette } from '@retake/format/cassette-file'
import { eventRecord, sessionRecord } from '@retake/format/records'
import { describe, expect, it } from 'vitest'
import { scanSecrets, scanText } from './scan-secrets.ts'

const GOLDEN = join(import.meta.dirname, '../../conformance/golden/cassettes/v1')
const KEY = `sk-proj-${'a1B2'.repeat(12)}`

function session(answer: string): SessionData {
  const event = eventRecord(1, { request: { prompt: 'p' }, outcome: { value: { answer } } })
  return { session: sessionRecord({ capture: 'full' }), events: [event] }
}

function readCassette(name: string): SessionData {
  const text = readFileSync(join(GOLDEN, name), 'utf8')
  const blobs = join(GOLDEN, name.replace('.cassette.json', '.blobs'))
  return parseCassette(text, (blob) => readFileSync(join(blobs, blob)))
}

describe('scanSecrets', () => {
  it('names the place and the rule, and never the value', () => {
    const found = scanSecrets(session(`use ${KEY}`), {})

    expect(found).toEqual([{ path: 'events[0].outcome.value.answer', rule: expect.any(String) }])
    expect(JSON.stringify(found)).not.toContain('sk-proj')
  })

  it('knows the values of credential-like variables', () => {
    const data = session('the magic word is open-sesame-42')

    expect(scanSecrets(data, { DOOR_PASSWORD: 'open-sesame-42' })).toHaveLength(1)
    expect(scanSecrets(data, { DOOR: 'open-sesame-42' })).toEqual([])
  })

  it('finds nothing in cassettes without secrets', () => {
    const files = readdirSync(GOLDEN).filter((name) => name.endsWith('.cassette.json'))

    for (const file of files) {
      expect(scanSecrets(readCassette(file), {})).toEqual([])
    }
    expect(files.length).toBeGreaterThan(5)
  })

  it('never repeats a secret that is the name of a field', () => {
    const data = { ...session('no'), notes: { [KEY]: 1, open: { 'open-sesame-42': 2 } } }
    const found = scanSecrets(data, { DOOR_PASSWORD: 'open-sesame-42' })

    expect(found.map(({ path }) => path.split('«')[0])).toEqual(['notes.', 'notes.open.'])
    expect(JSON.stringify(found)).not.toMatch(/sk-proj|sesame/)
  })

  it('looks at fields that a later version has added', () => {
    const data = { ...session('no'), notes: [`use ${KEY}`] }

    expect(scanSecrets(data, {})).toMatchObject([{ path: 'notes[0]' }])
  })
})

describe('scanText', () => {
  it('finds a secret in what is no JSON', () => {
    expect(scanText(`{"answer": "use ${KEY}", <<<<<<< HEAD`, {})).toHaveLength(1)
    expect(scanText('{"answer": "use', {})).toEqual([])
  })
})
