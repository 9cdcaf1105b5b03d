import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { serializeCassette } from '@retake/format/cassette-file'
import type { Encoded, SessionData } from '@retake/format'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'
import { readCassetteFile, writeCassetteFile } from './cassette-files.ts'

const root = mkdtempSync(join(tmpdir(), 'retake-cassettes-'))

afterAll(() => rmSync(root, { recursive: true }))

function place(): { readonly folder: string; readonly path: string; readonly blobs: string } {
  const folder = mkdtempSync(join(root, 'of-'))
  return { folder, path: join(folder, 'grade.cassette.json'), blobs: join(folder, 'grade.blobs') }
}

function session(...texts: readonly string[]): SessionData {
  const events = texts.map((text, index) => eventRecord(index + 1, { request: text }))
  return { session: sessionRecord(), events, end: endRecord() }
}

function blobNames(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => !name.startsWith('.'))
}

const LARGE = 'large '.repeat(20_000)

/** Any session of calls, some of whose requests and answers become blobs. */
const anySession: fc.Arbitrary<SessionData> = fc
  .array(
    fc.record({ request: fc.jsonValue(), value: fc.oneof(fc.jsonValue(), fc.constant(LARGE)) }),
  )
  .map((calls) => ({
    session: sessionRecord(),
    events: calls.map(({ request, value }, index) =>
      eventRecord(index + 1, { request: request as Encoded, outcome: { value: value as Encoded } }),
    ),
    end: endRecord(),
  }))

describe('writeCassetteFile', () => {
  it('writes a file that reads back, with its blobs beside it, readable by all', () => {
    const { folder, path, blobs } = place()
    const data = session(LARGE, 'small')

    writeCassetteFile(path, data)

    expect(readCassetteFile(path).events.map(({ request }) => request)).toEqual([LARGE, 'small'])
    expect(readdirSync(folder).toSorted()).toEqual(['grade.blobs', 'grade.cassette.json'])
    expect(statSync(path).mode & 0o777).toBe(0o644)
    expect(statSync(join(blobs, blobNames(blobs)[0] ?? '')).mode & 0o777).toBe(0o644)
  })

  it('makes folders that are not there, and no folder of blobs without need', () => {
    const { folder } = place()

    writeCassetteFile(join(folder, 'a/b/c.cassette.json'), session('small'))

    expect(readdirSync(join(folder, 'a/b'))).toEqual(['c.cassette.json'])
  })

  it('takes a name as long as names can be', () => {
    const { folder } = place()
    const path = join(folder, `${'字'.repeat(80)}x.cassette.json`)

    writeCassetteFile(path, session('short', LARGE))

    expect(Buffer.byteLength(basename(path))).toBe(255)
    expect(readCassetteFile(path).events).toHaveLength(2)
    expect(readdirSync(folder)).toHaveLength(2)
  })

  it('removes blobs that nothing names any more, and nothing else', () => {
    const { path, blobs } = place()
    writeCassetteFile(path, session(LARGE, `${LARGE}!`))
    writeFileSync(join(blobs, 'notes.txt'), 'of the user')
    const [before] = [blobNames(blobs).length]

    writeCassetteFile(path, session(LARGE))
    expect([before, blobNames(blobs).length]).toEqual([3, 2])

    writeCassetteFile(path, session('small'))
    expect(readdirSync(blobs)).toEqual(['notes.txt'])

    rmSync(join(blobs, 'notes.txt'))
    writeCassetteFile(path, session('small'))
    expect(existsSync(blobs)).toBe(false)
  })

  it('leaves blobs alone that are there already, and repairs one that was changed', () => {
    const { path, blobs } = place()
    writeCassetteFile(path, session(LARGE))
    const blob = join(blobs, blobNames(blobs)[0] ?? '')
    utimesSync(blob, 1, 1)

    writeCassetteFile(path, session(LARGE))
    expect(statSync(blob).mtimeMs).toBe(1000)

    writeFileSync(blob, 'changed')
    writeCassetteFile(path, session(LARGE))
    expect(readFileSync(blob, 'utf8')).toBe(LARGE)
  })

  it('keeps git from changing line ends in blobs', () => {
    const { path, blobs } = place()

    writeCassetteFile(path, session(LARGE))

    expect(readFileSync(join(blobs, '.gitattributes'), 'utf8')).toBe('* -text\n')
  })

  it('writes nothing when there is a secret, and names the place and not the value', () => {
    const { path, folder } = place()
    const findings = Array.from({ length: 12 }, (_, index) => ({
      path: `entries[${index}].request`,
      rule: 'openai-key',
    }))
    const scan = () => findings.map((finding) => ({ ...finding, value: 'sk-SECRET' }))

    const write = () => writeCassetteFile(path, session('sk-SECRET'), { scan })

    expect(write).toThrow(
      /at entries\[0\]\.request \(openai-key\), .*, and 2 more\. Add a redaction rule/,
    )
    expect(write).toThrow(
      expect.objectContaining({ code: 'CASSETTE_SECRET', data: { path, findings } }),
    )
    expect(write).not.toThrow(/sk-SECRET/)
    expect(readdirSync(folder)).toEqual([])
  })

  it('writes when the scan finds nothing', () => {
    const { path } = place()

    writeCassetteFile(path, session('small'), { scan: () => [] })

    expect(existsSync(path)).toBe(true)
  })

  it('leaves the cassette of before as it was when it cannot write', () => {
    const { path, folder } = place()
    writeCassetteFile(path, session('before'))
    const before = readFileSync(path, 'utf8')
    const fs = process.getBuiltinModule('node:fs')
    const rename = vi.spyOn(fs, 'renameSync').mockImplementation(() => {
      throw new Error('EIO')
    })

    expect(() => writeCassetteFile(path, session('after'))).toThrow('EIO')

    rename.mockRestore()
    expect(readFileSync(path, 'utf8')).toBe(before)
    expect(readdirSync(folder)).toEqual(['grade.cassette.json'])
  })

  it('replaces a symbolic link, and refuses one in place of the folder of blobs', () => {
    const { path, folder, blobs } = place()
    const outside = mkdtempSync(join(root, 'outside-'))
    writeFileSync(join(outside, 'target'), 'untouched')
    symlinkSync(join(outside, 'target'), path)
    symlinkSync(outside, blobs)

    writeCassetteFile(path, session('small'))
    expect(readFileSync(join(outside, 'target'), 'utf8')).toBe('untouched')

    expect(() => writeCassetteFile(path, session(LARGE))).toThrow(/symbolic link/)
    expect(readdirSync(outside)).toEqual(['target'])
    expect(readdirSync(folder).toSorted()).toEqual(['grade.blobs', 'grade.cassette.json'])
  })

  it('refuses another ending, by which two cassettes could share a folder of blobs', () => {
    expect(() => writeCassetteFile('grade.json', session())).toThrow(/ends in \.cassette\.json/)
    expect(() => readCassetteFile('grade.json')).toThrow(/ends in \.cassette\.json/)
  })
})

describe('readCassetteFile', () => {
  it('says that there is no cassette', () => {
    expect(() => readCassetteFile(place().path)).toThrow(
      expect.objectContaining({ code: 'REPLAY_SESSION_NOT_FOUND' }),
    )
  })

  it.each<[string, (path: string, blobs: string) => void]>([
    ['json', (path) => writeFileSync(path, '')],
    ['json', (path) => writeFileSync(path, readFileSync(path).subarray(0, 100))],
    ['json', (path) => writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]))],
    [
      'format',
      (path) => {
        rmSync(path)
        mkdirSync(path)
      },
    ],
    ['blob', (_, blobs) => rmSync(blobs, { recursive: true })],
    ['blob', (_, blobs) => writeFileSync(join(blobs, blobNames(blobs)[0] ?? ''), 'changed')],
  ])('says that it is corrupt, and not that there is none: %s', (reason, damage) => {
    const { path, blobs } = place()
    writeCassetteFile(path, session(LARGE))

    damage(path, blobs)

    expect(() => readCassetteFile(path)).toThrow(
      expect.objectContaining({ code: 'REPLAY_INVALID_SESSION', data: { reason, path } }),
    )
    expect(() => readCassetteFile(path)).toThrow(path)
  })

  it('reads what git or an editor has given other line ends, and a byte order mark', () => {
    const { path } = place()
    const data = session('small')
    const { text } = serializeCassette(data)

    writeFileSync(path, `\uFEFF${text.replaceAll('\n', '\r\n')}`)

    expect(readCassetteFile(path).session).toEqual(data.session)
  })

  it('reads any cassette that was written, and writes it again as it is (P17)', () => {
    const { path } = place()
    fc.assert(
      fc.property(anySession, (data) => {
        writeCassetteFile(path, data, { blobBytes: 1000 })
        const before = readFileSync(path, 'utf8')
        writeCassetteFile(path, readCassetteFile(path), { blobBytes: 1000 })

        expect(readFileSync(path, 'utf8')).toBe(before)
      }),
      { numRuns: 30 },
    )
  })
})
