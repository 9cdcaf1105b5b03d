import type { Encoded, EventRecord, SessionData } from '@retake/format'
import { describe, expect, it } from 'vitest'
import { exportSession } from '../formats.ts'
import { importText } from '../testing/importing.ts'
import { weatherSession } from '../testing/weather-session.ts'
import type { OtlpSpan } from './otlp.ts'

function spansOf(text: string): readonly OtlpSpan[] {
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[]
  }
  return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
}

function attribute(span: OtlpSpan | undefined, key: string): unknown {
  return span?.attributes.find((pair) => pair.key === key)?.value
}

describe('a session as a trace', () => {
  it('has one span for the session and each call, nested as they were', () => {
    const data = weatherSession()

    const spans = spansOf(exportSession(data, 'otel').text)

    expect(spans.map(({ name, kind }) => [name, kind])).toEqual([
      ['forecast', 1],
      ['execute_tool lookup', 1],
      ['chat gpt-4o', 3],
      ['notify', 1],
    ])
    const [root, ...calls] = spans
    expect(root?.parentSpanId).toBeUndefined()
    expect(calls.every(({ parentSpanId }) => parentSpanId === root?.spanId)).toBe(true)
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(
      new Set([data.session.id.replaceAll('-', '')]),
    )
    for (const { spanId, startTimeUnixNano, endTimeUnixNano } of spans) {
      expect(spanId).toMatch(/^[0-9a-f]{16}$/)
      expect(BigInt(endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(startTimeUnixNano))
      expect(startTimeUnixNano).toMatch(/^\d{19}$/)
    }
  })

  it('is the same one whenever it is written, also for an id that is no UUID', () => {
    const data = weatherSession()
    const other = { ...data, session: { ...data.session, id: 'nightly_run_1' } }

    expect(exportSession(data, 'otel')).toEqual(exportSession(data, 'otel'))
    const [span] = spansOf(exportSession(other, 'otel').text)
    expect(span?.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(spansOf(exportSession(other, 'otel').text)[0]).toEqual(span)
  })

  it('says what the conventions for GenAI ask for', () => {
    const [root, tool, llm, effect] = spansOf(exportSession(weatherSession(), 'otel').text)

    expect(attribute(root, 'gen_ai.agent.name')).toEqual({ stringValue: 'meteorologist' })
    expect(root?.status).toEqual({ code: 2, message: 'nobody was told' })
    expect(attribute(tool, 'gen_ai.operation.name')).toEqual({ stringValue: 'execute_tool' })
    expect(attribute(tool, 'gen_ai.tool.call.id')).toEqual({ stringValue: 'c-1' })
    expect(attribute(llm, 'gen_ai.provider.name')).toEqual({ stringValue: 'openai' })
    expect(attribute(llm, 'gen_ai.request.model')).toEqual({ stringValue: 'gpt-4o' })
    expect(attribute(llm, 'gen_ai.usage.input_tokens')).toEqual({ intValue: '100' })
    expect(attribute(llm, 'gen_ai.usage.output_tokens')).toEqual({ intValue: '20' })
    expect(attribute(llm, 'gen_ai.usage.cache_read.input_tokens')).toEqual({ intValue: '30' })
    expect(attribute(effect, 'error.type')).toEqual({ stringValue: 'RangeError' })
    expect(effect?.status).toEqual({ code: 2, message: 'no such user' })
  })

  it('tells decisions, scores, messages and errors as events of their spans', () => {
    const [root, tool] = spansOf(exportSession(weatherSession(), 'otel').text)

    expect(root?.events.map(({ name }) => name)).toEqual([
      'retake.decision',
      'retake.message',
      'exception',
    ])
    expect(tool?.events).toMatchObject([
      {
        name: 'gen_ai.evaluation.result',
        attributes: [
          { key: 'gen_ai.evaluation.name', value: { stringValue: 'freshness' } },
          { key: 'gen_ai.evaluation.score.value', value: { doubleValue: 0.9 } },
          { key: 'gen_ai.evaluation.explanation', value: { stringValue: 'of today' } },
          { key: 'retake.seq', value: { intValue: '3' } },
        ],
      },
    ])
  })

  it('writes one resource for each service', () => {
    const data = weatherSession()
    const events = data.events.map((event) => ({ ...event, service: 'other' }))

    const trace: unknown = JSON.parse(exportSession({ ...data, events }, 'otel').text)

    const named = (stringValue: string) => ({
      resource: { attributes: [{ key: 'service.name', value: { stringValue } }] },
    })
    expect(trace).toMatchObject({ resourceSpans: [named('forecast'), named('other')] })
  })

  it('tells streamed answers as messages', () => {
    const data = weatherSession()
    const parts: Encoded[] = [
      { type: 'reasoning-delta', id: '0', delta: 'Hm' },
      { type: 'text-delta', id: '1', delta: 'It ' },
      { type: 'text-delta', id: '1', delta: 'rains.' },
      { type: 'finish', finishReason: { unified: 'length' } },
    ]
    const events = data.events.map((event): EventRecord =>
      event.kind === 'llm' ? { ...event, outcome: { stream: { parts, end: 'complete' } } } : event,
    )

    const { data: again } = importText(exportSession({ ...data, events }, 'otel').text, 'otel')

    const { outcome } = again.events.find(({ kind }) => kind === 'llm') ?? {}
    expect(outcome?.value).toEqual({
      messages: [
        {
          role: 'assistant',
          parts: [
            { type: 'reasoning', content: 'Hm' },
            { type: 'text', content: 'It rains.' },
          ],
          finish_reason: 'length',
        },
      ],
    })
  })
})

describe('a trace as a session', () => {
  it('has what was exported again, in order and nested', () => {
    const recorded = weatherSession()

    const { data, notes } = importText(exportSession(recorded, 'otel').text, 'otel')

    const shape = ({ events }: SessionData) =>
      events
        .map(({ kind, name, usage, model, provider, key, state }) => ({
          kind,
          name,
          usage,
          model,
          provider,
          key,
          state,
        }))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1))
    expect(shape(data)).toEqual(shape(recorded))
    expect(notes).toEqual([
      'a trace holds no exact answers: the session can be looked at and compared, but not replayed',
    ])
    expect(data.session).toMatchObject({
      name: 'forecast',
      agent: 'meteorologist',
      service: 'forecast',
      capture: 'metadata',
      startedAt: recorded.session.startedAt,
    })
    expect(data.end).toMatchObject({ endState: 'failure', totals: { usage: { inputTokens: 70 } } })
    const tool = data.events.find(({ kind }) => kind === 'tool')
    const score = data.events.find(({ kind }) => kind === 'score')
    expect(score?.parent).toBe(tool?.seq)
    expect(score?.path).toBe('tool:lookup')
    expect(tool).toMatchObject({ request: { city: 'Paris' }, outcome: { value: { rain: true } } })
  })

  it('reads what an instrumentation of OpenTelemetry sends', () => {
    const messages = JSON.stringify([
      { role: 'user', parts: [{ type: 'text', content: `my key is ghp_${'a1'.repeat(15)}` }] },
    ])
    const value = (stringValue: string) => ({ stringValue })
    const span = (fields: object) => ({
      traceId: '5B8EFFF798038103D269B633813FC60C',
      kind: 3,
      startTimeUnixNano: '1772600767891000000',
      endTimeUnixNano: '1772600768391500000',
      status: {},
      ...fields,
    })
    // The child comes first, as exporters send spans when they end.
    const spans = [
      span({
        spanId: 'EEE19B7EC3C1B174',
        parentSpanId: 'EEE19B7EC3C1B173',
        name: 'chat claude',
        attributes: [
          { key: 'gen_ai.operation.name', value: value('chat') },
          { key: 'gen_ai.provider.name', value: value('anthropic') },
          { key: 'gen_ai.request.model', value: value('claude') },
          { key: 'gen_ai.usage.input_tokens', value: { intValue: '12' } },
          { key: 'gen_ai.usage.output_tokens', value: { intValue: 3 } },
          { key: 'gen_ai.input.messages', value: value(messages) },
          {
            key: 'gen_ai.response.finish_reasons',
            value: { arrayValue: { values: [value('stop')] } },
          },
        ],
      }),
      span({
        spanId: 'EEE19B7EC3C1B175',
        parentSpanId: 'EEE19B7EC3C1B173',
        name: 'GET',
        // A clock that is behind.
        startTimeUnixNano: '1772600767000000000',
        attributes: [
          { key: 'http.request.method', value: value('GET') },
          { key: 'url.full', value: value('https://api.test/a?api_key=hunter2hunter2') },
          { key: 'http.response.status_code', value: { intValue: '503' } },
          { key: 'error.type', value: value('503') },
        ],
        status: { code: 2 },
      }),
      span({
        spanId: 'EEE19B7EC3C1B173',
        parentSpanId: '',
        name: 'invoke_agent helper',
        attributes: [{ key: 'gen_ai.operation.name', value: value('invoke_agent') }],
        events: [{ timeUnixNano: '1772600767900000000', name: 'cache.miss', attributes: [] }],
      }),
    ]
    const resource = { attributes: [{ key: 'service.name', value: value('helper') }] }
    const text = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })

    const { data } = importText(text, 'otel')

    expect(data.events.map(({ seq, parent, kind, name }) => [seq, parent, kind, name])).toEqual([
      [1, undefined, 'chain', 'invoke_agent helper'],
      [2, 1, 'llm', 'anthropic/claude'],
      [3, 1, 'http', 'GET https://api.test/a'],
      [4, 1, 'custom', 'cache.miss'],
    ])
    const [, llm, http] = data.events
    expect(llm).toMatchObject({
      usage: { inputTokens: 12, outputTokens: 3 },
      ms: 500.5,
      startedAt: '2026-03-04T05:06:07.891Z',
      path: 'chain:invoke_agent helper',
      attributes: { 'gen_ai.response.finish_reasons': ['stop'] },
    })
    expect(llm?.request).toEqual({
      messages: [{ role: 'user', parts: [{ type: 'text', content: 'my key is «secret:1»' }] }],
    })
    expect(http?.outcome).toEqual({ value: { status: 503 } })
    expect(JSON.stringify(data)).not.toContain('hunter2')
  })

  it('leaves out a span that is wrong, and names it', () => {
    const times = { startTimeUnixNano: '1', name: 'a' }
    const spans = [
      { traceId: 'aa', spanId: 'bb', ...times },
      { traceId: 'aa', spanId: 'no id', ...times },
    ]

    const { data, notes } = importText(
      JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
      'otel',
    )

    expect(data.events).toHaveLength(1)
    expect(notes).toContain(
      'resourceSpans[0].scopeSpans[0].spans[1] was left out: resourceSpans[0].scopeSpans[0].spans[1].spanId must be an id in hexadecimal',
    )
  })

  it('reads a file of one request in each line, as collectors write it', () => {
    const text = JSON.stringify(JSON.parse(exportSession(weatherSession(), 'otel').text))
    const other = text.replaceAll(/"traceId":"[0-9a-f]+"/g, `"traceId":"${'ab'.repeat(16)}"`)

    const { data, notes } = importText(`${text}\n${other}\n`, 'otel')

    expect(data.events.filter(({ kind }) => kind === 'llm')).toHaveLength(2)
    expect(notes).toContain('2 traces became one session')
  })

  it('comes to an end with spans that lie in each other, and with a very deep trace', () => {
    const span = (id: number, parent: number) => ({
      traceId: 'a1',
      spanId: id.toString(16),
      parentSpanId: parent.toString(16),
      name: `span ${id}`,
      startTimeUnixNano: '1772600767891000000',
    })
    const deep = Array.from({ length: 20_000 }, (_, index) => span(index + 10, index + 9))
    const spans = [span(1, 2), span(2, 1), ...deep]
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] })

    const { data } = importText(text, 'otel')

    expect(data.events).toHaveLength(20_002)
    const wrong = data.events.filter(({ seq, parent = 0 }) => parent >= seq)
    expect(wrong).toEqual([])
  })
})
