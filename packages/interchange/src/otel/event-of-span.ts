import {
  type EventKind,
  type EventRecord,
  type Outcome,
  SPAN_KINDS,
  type Usage,
} from '@retake/format'
import { toStored } from '../exchange/stored-value.ts'
import { number, parsed, present, text } from './attribute-values.ts'
import { KINDS } from './operations.ts'
import type { ReadAttributes, ReadSpan } from './read-spans.ts'

/** What an event says, apart from its place and its time. Not redacted yet. */
export type SpanContent = Pick<EventRecord, 'kind' | 'name' | 'state'> &
  Partial<
    Pick<
      EventRecord,
      | 'key'
      | 'op'
      | 'model'
      | 'provider'
      | 'usage'
      | 'costUsd'
      | 'request'
      | 'outcome'
      | 'attributes'
    >
  >

/** What a span says, by the conventions for GenAI and for HTTP, and by our own attributes. */
export function contentOfSpan({ name, attributes, isError, message }: ReadSpan): SpanContent {
  const kind = kindOf(attributes)
  const provider = text(attributes, 'gen_ai.provider.name', 'gen_ai.system')
  const model = text(attributes, 'gen_ai.request.model', 'gen_ai.response.model')
  const request = requestOf(kind, attributes)
  const usage = usageOf(attributes)
  const error = isError
    ? { name: text(attributes, 'error.type') ?? 'Error', message: message ?? '' }
    : undefined
  const outcome = outcomeOf(kind, attributes, error)
  const key = text(attributes, 'gen_ai.tool.call.id', 'retake.key')
  const costUsd = number(attributes, 'retake.cost_usd')
  const isStream = attributes['gen_ai.request.stream']
  return {
    kind,
    name: text(attributes, 'retake.name') ?? nameOf(kind, name, attributes),
    state: isError && kind !== 'http' ? 'error' : stateOf(attributes),
    ...(key !== undefined && { key }),
    ...(typeof isStream === 'boolean' && { op: isStream ? 'stream' : 'generate' }),
    ...(model !== undefined && { model }),
    ...(provider !== undefined && { provider }),
    ...(usage && { usage }),
    ...(costUsd !== undefined && { costUsd }),
    ...(request !== undefined && { request: toStored(request) }),
    ...(outcome && { outcome }),
    ...restOf(attributes),
  }
}

function kindOf(attributes: ReadAttributes): EventKind {
  const own = SPAN_KINDS.find((kind) => kind === attributes['retake.kind'])
  if (own !== undefined) return own
  const known = KINDS.get(attributes['gen_ai.operation.name'])
  if (known !== undefined) return known
  if (attributes['mcp.method.name'] !== undefined) return 'mcp'
  const isHttp = text(attributes, 'http.request.method', 'http.method') !== undefined
  return isHttp ? 'http' : 'chain'
}

function nameOf(kind: EventKind, span: string, attributes: ReadAttributes): string {
  const tool = text(attributes, 'gen_ai.tool.name')
  if (kind === 'tool' && tool !== undefined) return tool
  const model = text(attributes, 'gen_ai.request.model')
  const provider = text(attributes, 'gen_ai.provider.name', 'gen_ai.system')
  const isModel = kind === 'llm' || kind === 'embedding' || kind === 'rerank'
  if (isModel && model !== undefined) return provider === undefined ? model : `${provider}/${model}`
  const method = text(attributes, 'http.request.method', 'http.method')
  const url = text(attributes, 'url.full', 'http.url')
  if (kind !== 'http' || method === undefined || url === undefined) return span
  return `${method} ${url.split(/[?#]/, 1)[0] ?? ''}`
}

function stateOf(attributes: ReadAttributes): EventRecord['state'] {
  const state = attributes['retake.state']
  return state === 'aborted' || state === 'pending' || state === 'error' ? state : 'ok'
}

function requestOf(kind: EventKind, attributes: ReadAttributes): unknown {
  const own = parsed(attributes['retake.request'])
  if (own !== undefined) return own
  if (kind === 'tool') return parsed(attributes['gen_ai.tool.call.arguments'])
  if (kind === 'retrieval') return attributes['gen_ai.retrieval.query.text']
  if (kind === 'http') {
    const method = text(attributes, 'http.request.method', 'http.method')
    const url = text(attributes, 'url.full', 'http.url')
    return method === undefined || url === undefined ? undefined : { method, url }
  }
  return present({
    system: parsed(attributes['gen_ai.system_instructions']),
    messages: parsed(attributes['gen_ai.input.messages']),
    tools: parsed(attributes['gen_ai.tool.definitions']),
  })
}

function outcomeOf(
  kind: EventKind,
  attributes: ReadAttributes,
  error: object | undefined,
): Outcome | undefined {
  const value = answerOf(kind, attributes)
  if (value !== undefined) return { value: toStored(value) }
  return error && { error: toStored(error) }
}

function answerOf(kind: EventKind, attributes: ReadAttributes): unknown {
  const own = parsed(attributes['retake.outcome'])
  if (own !== undefined) return own
  if (kind === 'tool') return parsed(attributes['gen_ai.tool.call.result'])
  if (kind === 'retrieval') return parsed(attributes['gen_ai.retrieval.documents'])
  if (kind === 'http') {
    return present({
      status: number(attributes, 'http.response.status_code', 'http.status_code'),
    })
  }
  return present({ messages: parsed(attributes['gen_ai.output.messages']) })
}

// Cached tokens are counted among those of the prompt there, and reasoning among those of the answer.
function usageOf(attributes: ReadAttributes): Usage | undefined {
  const cached = number(attributes, 'gen_ai.usage.cache_read.input_tokens')
  const reasoning = number(attributes, 'gen_ai.usage.reasoning.output_tokens')
  const input = number(attributes, 'gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens')
  const output = number(attributes, 'gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens')
  return present({
    inputTokens: input === undefined ? undefined : Math.max(0, input - (cached ?? 0)),
    outputTokens: output === undefined ? undefined : Math.max(0, output - (reasoning ?? 0)),
    cachedInputTokens: cached,
    reasoningTokens: reasoning,
  })
}

// What has no place of its own. Our own come back under the names that they had.
function restOf(attributes: ReadAttributes): Pick<SpanContent, 'attributes'> {
  const rest = Object.entries(attributes).flatMap(([name, value]) => {
    if (name.startsWith('retake.attributes.')) return [[name.slice(18), toStored(value)] as const]
    const isPlaced = /^(?:retake\.|gen_ai\.(?:usage|input|output|tool\.call)\.)/.test(name)
    return isPlaced ? [] : [[name, toStored(value)] as const]
  })
  return rest.length === 0 ? {} : { attributes: Object.fromEntries(rest) }
}
