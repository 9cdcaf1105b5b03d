import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { parseCassette } from '@retake/format/cassette-file'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../source/workspace.ts'
import { bundleForBrowser } from './bundle-for-browser.ts'

const FORMAT = join(REPOSITORY, 'packages/format')
const CASSETTES = join(FORMAT, 'test/golden/cassettes')

// What a browser has, and nothing of Node.
const PLATFORM = { TextEncoder, TextDecoder, URL, Headers, atob, btoa, structuredClone, crypto }

describe('@retake/format in a browser', () => {
  const { exports } = JSON.parse(readFileSync(join(FORMAT, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly '@retake/source': string }>>
  }

  it.each(Object.entries(exports))('can be bundled: %s', async (_name, entry) => {
    const { sizeBytes } = await bundleForBrowser(join(FORMAT, entry['@retake/source']), {
      root: REPOSITORY,
    })

    expect(sizeBytes).toBeGreaterThan(0)
  })

  it('reads a cassette as Node does', async () => {
    const { text: script } = await bundleForBrowser(join(import.meta.dirname, 'read-cassette.ts'))
    const text = readFileSync(join(CASSETTES, 'v1.cassette.json'), 'utf8')
    const blobs = Object.fromEntries(
      readdirSync(join(CASSETTES, 'v1.blobs'))
        .filter((name) => !name.startsWith('.'))
        .map((name) => [name, new Uint8Array(readFileSync(join(CASSETTES, 'v1.blobs', name)))]),
    )
    const page = createContext({ ...PLATFORM, text, blobs, found: undefined })

    runInContext(script, page)

    const { session, events } = parseCassette(text, (name) => blobs[name] ?? new Uint8Array())
    expect(page.found).toEqual({
      id: session.id,
      events: JSON.stringify(events),
      bytes: [0, 1, 2, 255],
      hash: createHash('sha256').update('é').digest('hex'),
      hasNode: false,
    })
  })
})
