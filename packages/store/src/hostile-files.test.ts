import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { serializeCassette } from '@retake/format/cassette-file'
import { isRetakeError, sha256 } from '@retake/format'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'
import { readCassetteFile, writeCassetteFile } from './cassette-files/cassette-files.ts'
import { createDirectoryStore } from './directory/directory.ts'

const root = mkdtempSync(join(tmpdir(), 'retake-hostile-'))
const ID = 'session-1'
const HEADER = sessionRecord({ id: ID })
const EVENT = eventRecord(1, { fp: 'f1', request: 'R', outcome: { value: 'A' }, done: 1 })
const MEGABYTE = 2 ** 20

afterAll(() => rmSync(root, { recursive: true }))

function folder(): string {
  return mkdtempSync(join(root, 'folder-'))
}

function lines(...records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('')
}

function withFields(record: object, fields: object): string {
  return lines(HEADER, { ...record, ...fields })
}

/** How reading ends: what is wrong, for what reason, or how many events there are. */
async function endOf(read: () => unknown): Promise<string | number> {
  try {
    const data = (await read()) as { events: readonly unknown[] } | undefined
    return data?.events.length ?? 'nothing'
  } catch (error) {
    if (isRetakeError(error)) return `${error.code} ${String(error.data.reason)}`
    throw error
  }
}

function invalid(reason: string): string {
  return `REPLAY_INVALID_SESSION ${reason}`
}

/** All that lies in a folder, with what changes when it is written to. */
function contentOf(path: string): readonly string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .toSorted()
    .map((name) => {
      const { ino, size, mtimeMs } = lstatSync(join(path, name))
      return [name, ino, size, mtimeMs].join(' ')
    })
}

const bytes = (...parts: readonly (string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)))

// Wrong values for a field of any type. `null` is no number, no text, no list and no object.
const WRONG = [null, true, [], {}, -1, 1.5, 1e300, '', 'x'] as const
const NUMBERS = ['seq', 'done', 'ms', 'costUsd', 'ord', 'parent']
const TEXTS = ['id', 'name', 'path', 'kind', 'state', 'startedAt', 'key', 'fp', 'model']

describe('a journal from anywhere', () => {
  const JOURNALS: readonly (readonly [string, () => string | Uint8Array, string | number])[] = [
    ['nothing', () => '', invalid('header')],
    ['NUL bytes', () => '\0'.repeat(1000), invalid('header')],
    ['NUL bytes after its header', () => `${lines(HEADER)}${'\0'.repeat(1000)}\n${lines(EVENT)}`, invalid('json')],
    ['a byte order mark', () => `\uFEFF${lines(HEADER, EVENT)}`, 1],
    ['two byte order marks', () => `\uFEFF\uFEFF${lines(HEADER, EVENT)}`, invalid('json')],
    ['UTF-16', () => Buffer.from(lines(HEADER, EVENT), 'utf16le'), invalid('json')],
    ['bytes that are not UTF-8', () => bytes(lines(HEADER), '{"type":"later","a":"', [0xff], '"}\n', lines(EVENT)), invalid('json')],
    ['a cassette', () => serializeCassette({ session: HEADER, events: [EVENT] }).text, invalid('json')],
    ['a header of another session', () => lines({ ...HEADER, id: 'session-2' }, EVENT), invalid('header')],
    ['two headers', () => lines(HEADER, EVENT, HEADER), invalid('header')],
    ['no header', () => lines(EVENT), invalid('header')],
    ['a newer format', () => lines({ ...HEADER, v: 2 }), invalid('version')],
    ['a list for a record', () => `${lines(HEADER)}[]\n`, invalid('record')],
    ['no type', () => lines(HEADER, { seq: 1 }), invalid('record')],
    ['types of later versions', () => lines(HEADER, { type: 'later' }, { type: '__proto__' }, EVENT), 1],
    ['hostile names', () => `${lines(HEADER)}${JSON.stringify(EVENT).replace('{', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},')}\n`, 1],
    ['keys that come twice', () => `${lines(HEADER)}${JSON.stringify(EVENT).replace('{', '{"seq":7,"state":"error",')}\n`, 1],
    ['ten thousand levels', () => `${lines(HEADER)}{"type":"later","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}\n`, invalid('depth')],
    ['a hundred thousand events', () => lines(HEADER) + manyEvents(100_000), 100_000],
    ['more than two million records', () => lines(HEADER) + '{"type":"update"}\n'.repeat(2 ** 21 + 1), invalid('size')],
    ['ten million empty lines', () => lines(HEADER) + '\n'.repeat(10_000_000) + lines(EVENT), 1],
    ['ten million lines, one of them no text', () => bytes(lines(HEADER), [0xff], '\n'.repeat(10_000_000)), invalid('json')],
    ['a line of 80 MB', () => `${lines(HEADER)}{"type":"later","a":"${'x'.repeat(80 * MEGABYTE)}"}\n`, invalid('size')],
    ['a line of 60 MB that is all lists', () => `${lines(HEADER)}{"type":"later","a":[${'[],'.repeat(20 * MEGABYTE)}0]}\n`, invalid('values')],
    ['lines that are too much together', () => lines(HEADER) + `{"type":"later","a":[${'0,'.repeat(MEGABYTE)}0]}\n`.repeat(17), invalid('values')],
    ['a file of 300 MB', () => Buffer.alloc(300 * MEGABYTE, 0x20), invalid('size')],
  ] // oxfmt-ignore

  it.each(JOURNALS)('that holds %s is read or refused by name', async (_name, make, end) => {
    const directory = folder()
    writeFileSync(join(directory, `${ID}.jsonl`), make())
    const before = contentOf(directory)
    const store = createDirectoryStore({ directory })

    expect(await endOf(() => store.load(ID))).toBe(end)
    expect((await store.list()).length).toBeLessThanOrEqual(1)

    expect(contentOf(directory)).toEqual(before)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  }) // oxfmt-ignore

  it.each([
    ...NUMBERS,
    ...TEXTS,
    'outcome',
    'usage',
    'attributes',
    'served',
    'redacted',
    'withheld',
  ])('with anything for the %s of an event is read or refused by name', async (field) => {
    const directory = folder()
    const store = createDirectoryStore({ directory })
    const ends = []
    for (const value of WRONG) {
      writeFileSync(join(directory, `${ID}.jsonl`), withFields(EVENT, { [field]: value }))
      ends.push(await endOf(() => store.load(ID)))
    }

    expect([1, invalid('record')]).toEqual(expect.arrayContaining(ends))
    expect(ends).toContain(invalid('record'))
  })

  it("is left alone where it is a link, a folder or somebody else's file", async () => {
    const [directory, outside] = [folder(), folder()]
    writeFileSync(join(outside, 'other.jsonl'), lines(HEADER, EVENT))
    symlinkSync(join(outside, 'other.jsonl'), join(directory, `${ID}.jsonl`))
    mkdirSync(join(directory, 'session-2.jsonl'))
    writeFileSync(join(directory, 'session-3.jsonl.bak'), lines(HEADER))
    const before = [contentOf(directory), contentOf(outside)]
    const store = createDirectoryStore({ directory })

    for (const id of [ID, 'session-2', 'session-3', 'a.b.c.d.e']) {
      expect(['nothing', 'OPTION_INVALID undefined']).toContain(await endOf(() => store.load(id)))
    }
    expect(await store.list()).toEqual([])

    expect([contentOf(directory), contentOf(outside)]).toEqual(before)
  })

  it.each(['../session-1', '..', '/etc/passwd', 'session-1/../../x', 'session\0one', 'session-1.jsonl', '', 'C:\\session'])(
    'is not looked for under the name %j',
    async (id) => {
      const parent = folder()
      const store = createDirectoryStore({ directory: join(parent, 'store') })
      writeFileSync(join(parent, `${ID}.jsonl`), lines(HEADER))

      for (const use of [() => store.load(id), () => store.remove(id), () => store.open({ ...HEADER, id })]) {
        expect(await endOf(async () => use())).toBe('OPTION_INVALID undefined')
      }

      expect(readdirSync(parent)).toEqual([`${ID}.jsonl`])
    },
  ) // oxfmt-ignore

  it('is refused when so many processes wrote to it that it does not fit into memory', async () => {
    const directory = folder()
    const store = createDirectoryStore({ directory })
    const half = `${lines(HEADER)}{"type":"later","a":"${'x'.repeat(60 * MEGABYTE)}"}\n`
    for (const writer of ['', '.a', '.b', '.c', '.d'])
      writeFileSync(join(directory, `${ID}${writer}.jsonl`), half)
    writeFileSync(join(directory, `${ID}.writers`), '')

    expect(await endOf(() => store.load(ID))).toBe(invalid('size'))
  })
})

describe('a cassette from anywhere', () => {
  const { text: TEXT } = serializeCassette({ session: HEADER, events: [EVENT], end: endRecord() })

  function edited(change: (file: Record<string, unknown>) => void): string {
    const file = JSON.parse(TEXT) as Record<string, unknown>
    change(file)
    return JSON.stringify(file)
  }

  function withEntry(fields: object): string {
    return edited((file) => {
      file.entries = [{ ...(file.entries as object[])[0], ...fields }]
    })
  }

  function withParts(parts: object, request: unknown): string {
    return edited((file) => {
      Object.assign(file, { parts, entries: [{ ...(file.entries as object[])[0], request }] })
    })
  }

  const CASSETTES: readonly (readonly [string, () => string | Uint8Array, string | number])[] = [
    ['nothing', () => '', invalid('json')],
    ['half of one', () => TEXT.slice(0, TEXT.length / 2), invalid('json')],
    ['NUL bytes', () => '\0'.repeat(1000), invalid('json')],
    ['a byte order mark', () => `\uFEFF${TEXT}`, 1],
    ['UTF-16', () => Buffer.from(TEXT, 'utf16le'), invalid('json')],
    ['bytes that are not UTF-8', () => bytes(TEXT.slice(0, 20), [0xff], TEXT.slice(20)), invalid('json')],
    ['a journal', () => lines(HEADER, EVENT), invalid('json')],
    ['the conflict of a merge', () => `<<<<<<< ours\n${TEXT}=======\n${TEXT}>>>>>>> theirs\n`, invalid('conflict')],
    ['another format', () => edited((file) => (file.format = 'har')), invalid('format')],
    ['a newer format', () => edited((file) => Object.assign(file, { v: 9, minReader: 9 })), invalid('version')],
    ['hostile names', () => TEXT.replace('"entries"', '"__proto__": {"polluted": 1}, "entries"'), 1],
    ['an entry twice', () => edited((file) => (file.entries as unknown[]).push((file.entries as unknown[])[0])), invalid('entry')],
    ['an entry without a type of its own', () => withEntry({ type: 'session' }), 1],
    ['a number beyond all', () => TEXT.replace('"seq": 1', '"seq": 1e999'), invalid('entry')],
    ['ten thousand levels', () => `{"format":"retake","a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, invalid('depth')],
    ['a part that contains itself', () => withParts({ loop: { $part: 'loop' } }, { $part: 'loop' }), invalid('entry')],
    ['two parts that contain each other', () => withParts({ a: [{ $part: 'b' }], b: [{ $part: 'a' }] }, { $part: 'a' }), invalid('entry')],
    ['a part that is not there', () => withParts({}, { $part: 'toString' }), invalid('entry')],
    ['a part that stands for more than fits', () => withParts({ big: 'x'.repeat(MEGABYTE) }, Array.from({ length: 300 }, () => ({ $part: 'big' }))), invalid('size')],
    ['a blob that is not there', () => withParts({}, { $blob: sha256('x'), as: 'text' }), invalid('blob')],
    ['a blob outside', () => withParts({}, { $blob: '../../etc/passwd', as: 'text' }), invalid('blob')],
    ['a blob with an absolute name', () => withParts({}, { $blob: '/etc/passwd', as: 'text' }), invalid('blob')],
    ['60 MB that are all lists', () => `{"format":"retake","a":[${'[],'.repeat(20 * MEGABYTE)}0]}`, invalid('values')],
    ['300 MB', () => Buffer.alloc(300 * MEGABYTE, 0x20), invalid('size')],
  ] // oxfmt-ignore

  it.each(CASSETTES)('that holds %s is read or refused by name', async (_name, make, end) => {
    const directory = folder()
    const path = join(directory, 'test.cassette.json')
    writeFileSync(path, make())
    const before = contentOf(directory)

    expect(await endOf(() => readCassetteFile(path))).toBe(end)

    expect(contentOf(directory)).toEqual(before)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
  }) // oxfmt-ignore

  it('with a hundred thousand entries is read', async () => {
    const path = join(folder(), 'test.cassette.json')
    const entry = (JSON.parse(TEXT) as { entries: object[] }).entries[0]
    const entries = Array.from({ length: 100_000 }, (_, index) => ({ ...entry, seq: index + 1 }))
    writeFileSync(
      path,
      edited((file) => (file.entries = entries)),
    )

    expect(await endOf(() => readCassetteFile(path))).toBe(100_000)
  })

  it('is refused where it, or a blob of it, is a folder, a changed file or no text', async () => {
    const directory = folder()
    const path = join(directory, 'test.cassette.json')
    const [text, binary] = ['x', Buffer.from([0xff])]
    const blobs = join(directory, 'test.blobs')
    const refer = (name: string, as = 'text') =>
      writeFileSync(path, withParts({}, { $blob: name, as }))
    mkdirSync(join(blobs, sha256('a folder')), { recursive: true })
    writeFileSync(join(blobs, sha256('changed')), 'tampered with')
    writeFileSync(join(blobs, sha256(text)), text)
    writeFileSync(join(blobs, sha256(binary)), binary)
    symlinkSync('/dev/zero', join(blobs, sha256('endless')))

    for (const name of ['a folder', 'changed', 'endless']) {
      refer(sha256(name))
      expect(await endOf(() => readCassetteFile(path))).toBe(invalid('blob'))
    }
    refer(sha256(binary))
    expect(await endOf(() => readCassetteFile(path))).toBe(invalid('blob'))
    refer(sha256(binary), 'base64')
    expect(await endOf(() => readCassetteFile(path))).toBe(1)
    refer(sha256(text))
    expect(await endOf(() => readCassetteFile(path))).toBe(1)
  })

  it('is not found, or refused, where there is no file', async () => {
    const directory = folder()
    writeFileSync(join(directory, 'file'), '')
    mkdirSync(join(directory, 'folder.cassette.json'))
    symlinkSync('loop.cassette.json', join(directory, 'loop.cassette.json'))
    const read = (name: string) => endOf(() => readCassetteFile(join(directory, name)))

    expect(await read('none.cassette.json')).toBe('REPLAY_SESSION_NOT_FOUND undefined')
    expect(await read('file/test.cassette.json')).toBe('REPLAY_SESSION_NOT_FOUND undefined')
    expect(await read('folder.cassette.json')).toBe(invalid('format'))
    expect(await read('loop.cassette.json')).toBe(invalid('file'))
    expect(await read('nul\0.cassette.json')).toBe(invalid('file'))
    expect(await read(`${'x'.repeat(5000)}.cassette.json`)).toBe(invalid('file'))
    expect(await read('test.json')).toBe('OPTION_INVALID undefined')
  })

  it('is not written over what is not one of its files', () => {
    const [directory, outside] = [folder(), folder()]
    const path = join(directory, 'test.cassette.json')
    const request = 'x'.repeat(70_000)
    const data = { session: HEADER, events: [eventRecord(1, { request })], end: endRecord() }
    mkdirSync(join(directory, 'test.blobs', sha256(request)), { recursive: true })

    expect(() => writeCassetteFile(path, data)).toThrow(/not a file/)
    rmSync(join(directory, 'test.blobs'), { recursive: true })
    symlinkSync(outside, join(directory, 'test.blobs'))
    expect(() => writeCassetteFile(path, data)).toThrow(/symbolic link/)

    expect(contentOf(outside)).toEqual([])
    expect(readdirSync(directory)).toEqual(['test.blobs'])
  })
})

function manyEvents(count: number): string {
  const [before = '', after = ''] = lines({
    ...EVENT,
    seq: 12_345_678,
    attributes: undefined,
  }).split('12345678')
  const parts: string[] = []
  for (let seq = 1; seq <= count; seq++) parts.push(before, String(seq), after)
  return parts.join('')
}
