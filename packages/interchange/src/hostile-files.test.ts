import { encode, parseExactJson } from '@retake/format'
import { describe, expect, it } from 'vitest'
import type { ImportFormat } from './formats.ts'
import { importText } from './testing/importing.ts'

const FORMATS = ['har', 'vcrpy', 'nock', 'otel'] as const

const har = (entry: object) => JSON.stringify({ log: { entries: [entry] } })
const entry = (fields: { request?: object; response?: object; [name: string]: unknown } = {}) => ({
  startedDateTime: '2026-01-01T00:00:00Z',
  time: 1,
  ...fields,
  request: { method: 'GET', url: 'https://a.test/', headers: [], ...fields.request },
  response: { status: 200, headers: [], content: { text: 'a' }, ...fields.response },
})
const nock = (fields: object) =>
  JSON.stringify([
    { scope: 'https://a.test', method: 'GET', path: '/', status: 200, response: '', ...fields },
  ])
const vcrpy = (request: string, status = '200') =>
  `version: 1\ninteractions:\n- request: ${request}\n  response: {body: {string: a}, headers: {}, status: {code: ${status}, message: OK}}\n`
const otel = (span: object) =>
  JSON.stringify({
    resourceSpans: [
      {
        scopeSpans: [
          { spans: [{ traceId: 'aa', spanId: 'bb', startTimeUnixNano: '1', name: 'a', ...span }] },
        ],
      },
    ],
  })

describe.each(FORMATS)('a text that is no %s', (format) => {
  it.each([
    ['empty', ''],
    ['no JSON and no YAML', '{"log": [}'],
    ['a number', '7'],
    ['nothing', 'null'],
    ['another list', '[1, 2]'],
    ['another object', '{"a": {"b": []}}'],
    ['deep', '['.repeat(100_000)],
    ['deep and whole', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['deep in blocks', Array.from({ length: 2000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    ['deep in one line', `${'- '.repeat(20_000)}a`],
  ])('is refused: %s', (_what, text) => {
    expect(() => importText(text, format)).toThrow(
      expect.objectContaining({
        code: 'REPLAY_INVALID_SESSION',
        name: 'ReplayInvalidSessionError',
      }),
    )
  })
})

describe('an entry that is wrong', () => {
  it.each<[ImportFormat, string, string]>([
    ['har', har(entry({ response: { status: -2 } })), 'log.entries[0].response.status must be'],
    ['har', har(entry({ response: { status: 200.5 } })), 'log.entries[0].response.status must be'],
    ['har', har(entry({ request: { url: 7 } })), 'log.entries[0].request.url must be an absolute'],
    [
      'har',
      har(entry({ request: { url: '/a' } })),
      'log.entries[0].request.url must be an absolute',
    ],
    ['har', har(entry({ request: { method: 'G T' } })), 'log.entries[0].request.method must be'],
    [
      'har',
      har(entry({ request: { headers: {} } })),
      'log.entries[0].request.headers must be a list',
    ],
    [
      'har',
      har(entry({ startedDateTime: 'now' })),
      'log.entries[0].startedDateTime must be a time',
    ],
    ['har', har([]), 'log.entries[0] must be an object'],
    ['nock', nock({ status: -200 }), 'recording[0].status must be a whole number'],
    ['nock', nock({ path: {} }), 'recording[0].path must be a text'],
    ['nock', nock({ rawHeaders: ['a'] }), 'recording[0].rawHeaders must hold names and values'],
    [
      'nock',
      nock({ response: 'xyz', responseIsBinary: true }),
      'recording[0].response must be hex',
    ],
    ['vcrpy', vcrpy('{method: GET, uri: "https://a.test/"}', '-1'), 'status.code must be'],
    ['vcrpy', vcrpy('{method: GET}'), 'interactions[0].request.uri must be a text'],
    ['vcrpy', vcrpy('{method: GET, method: PUT}'), 'line 3 is not valid YAML (DUPLICATE_KEY)'],
    ['vcrpy', 'version: 2\ninteractions: []', 'version must be 1'],
    ['otel', otel({ spanId: 'x y' }), 'spans[0].spanId must be an id'],
    ['otel', otel({ startTimeUnixNano: '-5' }), 'spans[0].startTimeUnixNano must be'],
    ['otel', otel({ startTimeUnixNano: '9'.repeat(25) }), 'spans[0].startTimeUnixNano must be'],
    ['otel', otel({ attributes: {} }), 'spans[0].attributes must be a list'],
    ['otel', '{"resourceSpans": []}', 'It holds no span'],
  ])('is named, in %s: %s', (format, text, message) => {
    expect(() => importText(text, format)).toThrow(message)
  })

  it('is told without its values, which may be secret', () => {
    const text = har(entry({ request: { url: 'hunter2hunter2' } }))

    expect(() => importText(text, 'har')).toThrow(/^(?!.*hunter2).*$/)
  })
})

describe('aliases', () => {
  it('that grow without end are refused', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const items = Array(9).fill(level === 0 ? 'lol' : `*a${level - 1}`)
      return `a${level}: &a${level} [${items.join(', ')}]`
    })

    expect(() => importText(`${levels.join('\n')}\ninteractions: *a11`, 'vcrpy')).toThrow(
      'has too many aliases',
    )
  })

  it('that repeat a long text more often than memory lasts are refused', () => {
    const text = `a: &a "${'x'.repeat(200_000)}"\nb: [${Array(5000).fill('*a').join(', ')}]`

    expect(() => importText(text, 'vcrpy')).toThrow('becomes too large by its aliases')
  })

  it('that repeat a list, as PyYAML writes them, are read', () => {
    const text = vcrpy('{method: GET, uri: "https://a.test/", headers: {a: &h [x], b: *h}}')

    const { data } = importText(text, 'vcrpy', { countedHeaders: ['b'] })

    expect(data.events[0]?.request).toMatchObject({ headers: { b: 'x' } })
  })

  it('that hold themselves are refused', () => {
    const text = `interactions: &a [*a]`

    expect(() => importText(text, 'vcrpy')).toThrow(
      expect.objectContaining({ code: 'REPLAY_INVALID_SESSION' }),
    )
  })
})

describe('names that mean something to JavaScript', () => {
  it('are names like any other', () => {
    const body = '{"__proto__":{"polluted":1},"constructor":{"prototype":2}}'
    const postData = { mimeType: 'application/json', text: body }
    const headers = [{ name: '__proto__', value: 'x' }]
    const text = har(entry({ request: { method: 'POST', postData }, response: { headers } }))

    const { data } = importText(
      text.replace('"time":1', '"time":1,"__proto__":{"status":-1}'),
      'har',
    )

    expect(({} as { polluted?: number }).polluted).toBeUndefined()
    expect(JSON.stringify(data.events[0]?.request)).toContain(body)
  })

  it('cannot stand in for what is missing', () => {
    const text = `{"__proto__":{"log":{"entries":[]}}}`

    expect(() => importText(text, 'har')).toThrow('log must be an object')
  })
})

describe('redirects', () => {
  it('without end come to an end', () => {
    const hop = {
      request: { url: 'https://a.test/' },
      response: { status: 302, headers: [{ name: 'location', value: '/' }] },
    }
    const entries = Array.from({ length: 5000 }, () => entry(hop))

    const { data } = importText(JSON.stringify({ log: { entries } }), 'har')

    // As many as fetch follows are one call, with the request that began.
    expect(data.events).toHaveLength(Math.ceil(5000 / 21))
  })
})

describe('bodies', () => {
  it('of 201 levels are left out, as a recording leaves them out, and not replayed', () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const of = (levels: number) => {
      const postData = { mimeType: 'application/json', text: nested(levels) }
      return importText(har(entry({ request: { method: 'POST', postData } })), 'har')
    }

    expect(of(200).data.events[0]).not.toHaveProperty('withheld')
    expect(of(201).data.events[0]?.withheld).toBe(
      'the body of its request was left out, since it is nested deeper than 200 levels',
    )
    expect(of(100_000).notes).toHaveLength(1)
  })

  it.each([
    ['numbers that JSON cannot write', '[-0,0,1e400,-1e400,12345678901234567890]'],
    ['what looks like a value of ours', '{"$rt":"bytes","type":"Uint8Array","v":"AAAA"}'],
  ])('are stored as a recording stores them: %s', (_what, body) => {
    const postData = { mimeType: 'application/json', text: body }

    const { data } = importText(har(entry({ request: { method: 'POST', postData } })), 'har')

    expect(data.events[0]?.request).toHaveProperty('body', encode(parseExactJson(body)))
  })
})
