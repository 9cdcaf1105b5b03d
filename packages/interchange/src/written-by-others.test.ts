import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { EventRecord } from '@retake/format'
import { expect, it } from 'vitest'
import { detectFormat } from './detect-format.ts'
import { importText } from './testing/importing.ts'

const NO_REQUEST = 'the file does not hold the body of its request'
const NO_ANSWER = 'the file does not hold the body of its answer'
const COMPRESSED = 'its answer is compressed, and cannot be decompressed'
const FOUND = '{"hits":["A1"]}'
const PIXEL = bytes('iVBORw0KGgo=')

/** By the end of its address: the answer of a call, or why it cannot be replayed. */
type Answers = Readonly<Record<string, unknown>>

const WITHHELD = (why: string) => ({ withheld: why })

it.each<[string, Answers, readonly string[]]>([
  [
    'chrome.har',
    {
      search: FOUND,
      // The page got it from the cache of the browser, whole.
      catalogue: '{"items":["A"]}',
      evicted: WITHHELD(NO_ANSWER),
      upload: WITHHELD(NO_REQUEST),
      'logo.png': PIXEL,
    },
    [
      'log.entries[5] was left out: log.entries[5].response.status must be a whole number from -1 to 599',
    ],
  ],
  ['firefox.har', { search: FOUND, large: WITHHELD(NO_ANSWER), secret: WITHHELD(NO_REQUEST) }, []],
  [
    'playwright.har',
    {
      minimal: WITHHELD(NO_ANSWER),
      attached: WITHHELD(NO_ANSWER),
      upload: WITHHELD(NO_REQUEST),
      page: '<p>hi</p>',
    },
    ['log.entries[3] was left out: it has no answer'],
  ],
  [
    'polly.har',
    {
      search: FOUND,
      old: FOUND,
      'old-logo.png': PIXEL,
      'logo.png': PIXEL,
      empty: '{}',
      cut: WITHHELD(COMPRESSED),
    },
    [],
  ],
  [
    'pydantic-ai.yaml',
    { completions: expect.stringContaining('The capital of France is Paris.'), token: 'ok' },
    [],
  ],
  [
    'vcrpy.yaml',
    {
      search: FOUND,
      'header-gone': FOUND,
      cut: WITHHELD(COMPRESSED),
      filtered: WITHHELD(NO_ANSWER),
      upload: WITHHELD(NO_REQUEST),
    },
    [
      '2 values with tags of their own, such as !!python, were read as plain data',
      'interactions[5] was left out: interactions[5].response.status.code must be a whole number from 200 to 599',
    ],
  ],
  [
    'nock.json',
    { search: FOUND, words: '["ab","cd"]', cut: WITHHELD(COMPRESSED), 'logo.png': PIXEL },
    ['recording[4] was left out: recording[4].status must be a whole number from 200 to 599'],
  ],
])('reads what %s holds, and says what it does not', (file, answers, leftOut) => {
  const text = readFileSync(join(import.meta.dirname, 'testing/fixtures', file), 'utf8')

  const { data, notes } = importText(text, detectFormat(file, text) ?? 'otel')

  expect(Object.fromEntries(data.events.map(answerOf))).toEqual(answers)
  for (const { withheld, outcome } of data.events)
    if (withheld?.includes('answer')) expect(outcome?.stream?.parts ?? []).toEqual([])
  expect(notes.filter((note) => !note.includes('cannot be replayed'))).toEqual(leftOut)
})

it('reads requests as they were sent, whichever way a writer puts them', () => {
  const search = { q: 'red shoes' }
  for (const file of ['chrome.har', 'firefox.har', 'polly.har', 'vcrpy.yaml', 'nock.json']) {
    expect(requestOf(file)).toMatchObject({ method: 'POST', body: search })
  }
  expect(requestOf('pydantic-ai.yaml')).toMatchObject({
    body: {
      messages: [{ content: 'What is the capital\nof France?', role: 'user' }],
      model: 'gpt-4o',
      stream: false,
      temperature: 0,
    },
  })
})

function requestOf(file: string): unknown {
  const text = readFileSync(join(import.meta.dirname, 'testing/fixtures', file), 'utf8')
  return importText(text, detectFormat(file, text) ?? 'otel').data.events[0]?.request
}

function answerOf({ name, outcome, withheld }: EventRecord): readonly [string, unknown] {
  const path = name.slice(name.lastIndexOf('/') + 1)
  return [path, withheld === undefined ? outcome?.stream?.parts[0] : { withheld }]
}

function bytes(base64: string): object {
  return { $rt: 'bytes', type: 'Uint8Array', v: base64 }
}
