import { describe, expect, it } from 'vitest'
import { neutralRequest } from './neutral-request.ts'

const prompt = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }]
const data = Uint8Array.of(1, 2)
const url = new URL('https://a.example/cat.png')

function withPart(part: object): object {
  return { prompt: [{ role: 'user', content: [part] }] }
}

function withOutput(part: object): object {
  const output = { type: 'content', value: [part] }
  return { prompt: [{ role: 'tool', content: [{ type: 'tool-result', output }] }] }
}

function neutral(parameters: object): unknown {
  // What is undefined is not a part of a request.
  return JSON.parse(
    JSON.stringify(neutralRequest('doStream', { prompt, ...parameters })),
  ) as unknown
}

type Pair = readonly [what: string, one: object, other: object]

const ALIKE: readonly Pair[] = [
  ['no headers and no signal', {}, { headers: { a: 'b' }, abortSignal: AbortSignal.abort() }],
  ['raw chunks that are not asked for', {}, { includeRawChunks: false }],
  ['a free choice of no tools', {}, { toolChoice: { type: 'auto' } }],
  [
    'a tool of the provider',
    { tools: [{ type: 'provider-defined', id: 'a' }] },
    { tools: [{ type: 'provider', id: 'a' }] },
  ],
  [
    'the bytes of a file',
    withPart({ type: 'file', data }),
    withPart({ type: 'file', data: { type: 'data', data } }),
  ],
  [
    'the URL of a file',
    withPart({ type: 'file', data: url }),
    withPart({ type: 'file', data: { type: 'url', url } }),
  ],
  [
    'a file that a tool gave',
    withOutput({ type: 'file-data', data: 'aGk=' }),
    withOutput({ type: 'file', data: { type: 'data', data: 'aGk=' } }),
  ],
]

const DIFFERENT: readonly Pair[] = [
  ['raw chunks', {}, { includeRawChunks: true }],
  ['a choice of tools', {}, { toolChoice: { type: 'required' } }],
  ['a choice where there are tools', { tools: [] }, { tools: [], toolChoice: { type: 'auto' } }],
  ['another file', withPart({ type: 'file', data }), withPart({ type: 'file', data: url })],
  ['a field that nobody knows', {}, { somethingNew: 1 }],
]

describe('two requests', () => {
  it.each(ALIKE)('are the same: %s', (_what, one, other) => {
    expect(neutral(other)).toStrictEqual(neutral(one))
  })

  it.each(DIFFERENT)('are different: %s', (_what, one, other) => {
    expect(neutral(other)).not.toStrictEqual(neutral(one))
  })
})
