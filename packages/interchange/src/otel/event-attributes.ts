import type { Encoded, EventRecord, Usage } from '@retake/format'
import { isObject } from '../exchange/stored-value.ts'
import { inputMessages, outputMessages } from './messages.ts'
import { OPERATIONS } from './operations.ts'
import type { Attributes } from './otlp.ts'

/** The attributes of an event that is a span of its own. */
export function eventAttributes(event: EventRecord): Attributes {
  const { kind, name, seq, key, op, state, path, costUsd, model, provider, attributes } = event
  return {
    ...Object.fromEntries(
      Object.entries(attributes ?? {}).map(([own, value]) => [`retake.attributes.${own}`, value]),
    ),
    'retake.kind': kind,
    'retake.name': name,
    'retake.seq': seq,
    'retake.path': path === '' ? undefined : path,
    'retake.key': key,
    'retake.state': state,
    'retake.cost_usd': costUsd,
    'gen_ai.operation.name': OPERATIONS[kind],
    'gen_ai.provider.name': provider,
    'gen_ai.request.model': model,
    'gen_ai.request.stream': op === undefined ? undefined : op === 'stream',
    ...usageAttributes(event.usage),
    ...contentAttributes(event),
    'error.type': errorType(event),
  }
}

// The conventions count cached tokens among those of the prompt, and reasoning among those of the answer.
function usageAttributes(usage: Usage | undefined): Attributes {
  if (usage === undefined) return {}
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = usage
  return {
    'gen_ai.usage.input_tokens': sum(inputTokens, cachedInputTokens),
    'gen_ai.usage.output_tokens': sum(outputTokens, reasoningTokens),
    'gen_ai.usage.cache_read.input_tokens': cachedInputTokens,
    'gen_ai.usage.reasoning.output_tokens': reasoningTokens,
  }
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0)
}

function contentAttributes(event: EventRecord): Attributes {
  const { kind, name, key, request, outcome } = event
  switch (kind) {
    case 'http':
      return httpAttributes(event)
    case 'tool':
      return {
        'gen_ai.tool.name': name,
        'gen_ai.tool.call.id': key,
        'gen_ai.tool.call.arguments': request,
        'gen_ai.tool.call.result': outcome?.value,
        'retake.outcome': outcome?.stream && JSON.stringify(outcome.stream.parts),
      }
    default: {
      const input = kind === 'llm' ? inputMessages(request) : undefined
      const output = kind === 'llm' ? outputMessages(outcome) : undefined
      return {
        'gen_ai.input.messages': input,
        'gen_ai.output.messages': output,
        'gen_ai.response.finish_reasons': finishReasons(output),
        'retake.request': input ? undefined : asJson(request),
        'retake.outcome': output ? undefined : asJson(outcome?.value ?? outcome?.stream?.parts),
      }
    }
  }
}

function finishReasons(output: ReturnType<typeof outputMessages>): readonly string[] | undefined {
  const reasons = output?.flatMap(({ finish_reason: reason }) => reason ?? [])
  return reasons === undefined || reasons.length === 0 ? undefined : reasons
}

function asJson(value: Encoded | readonly Encoded[] | undefined): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value)
}

// Bodies are left to the formats of HTTP: no convention has a place for them.
function httpAttributes({ request, outcome }: EventRecord): Attributes {
  const { method, url } = isObject(request) ? request : {}
  const address = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  return {
    'http.request.method': method,
    'url.full': url,
    'server.address': address?.hostname,
    'server.port': address && Number(address.port || (address.protocol === 'https:' ? 443 : 80)),
    'http.response.status_code': statusOf(outcome?.value),
  }
}

/** The status of a recorded answer of HTTP. */
function statusOf(head: Encoded | undefined): number | undefined {
  const status = isObject(head) ? head.status : undefined
  return typeof status === 'number' ? status : undefined
}

/** What went wrong, in a word; `undefined` when nothing did. */
export function errorType({ kind, state, outcome }: EventRecord): string | undefined {
  const status = kind === 'http' ? statusOf(outcome?.value) : undefined
  if (status !== undefined && status >= 400) return String(status)
  if (state !== 'error') return undefined
  const error = outcome?.error ?? outcome?.stream?.error
  const name = isObject(error) ? (error.class ?? error.name) : undefined
  return typeof name === 'string' && name !== '' ? name : '_OTHER'
}

/** What an error says. */
export function errorMessage({ outcome }: EventRecord): string | undefined {
  const error = outcome?.error ?? outcome?.stream?.error
  const message = isObject(error) ? error.message : undefined
  return typeof message === 'string' ? message : undefined
}
