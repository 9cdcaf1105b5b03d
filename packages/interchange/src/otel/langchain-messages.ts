import type { Encoded } from '@retake/format'
import { isObject } from '../exchange/stored-value.ts'
import { type Message, type Part, type Stored, toCalls, toParts } from './message.ts'

/** The messages of an answer as @retake/langchain records it; `undefined` for any other. */
export function langchainAnswer({ generations }: Stored): readonly Message[] | undefined {
  if (!Array.isArray(generations)) return undefined
  const messages = (generations as readonly Encoded[]).flatMap((generation) => {
    const fields = isObject(generation) ? fieldsOf(generation.message) : undefined
    return fields ? [{ role: 'assistant', parts: partsOf(fields), ...finishOf(fields) }] : []
  })
  return messages.length === 0 ? undefined : messages
}

/**
 * The message of a stream of chunks as @retake/langchain records it; `undefined` for any other. Chunks that are nothing
 * but text are texts there.
 */
export function langchainStream(stream: readonly Encoded[]): readonly Message[] | undefined {
  const chunks = stream.map((part) =>
    typeof part === 'string' ? { content: part } : chunkOf(part),
  )
  if (chunks.every((chunk) => chunk === undefined)) return undefined
  const known = chunks.filter((chunk) => chunk !== undefined)
  const text = known.flatMap(({ content }) => toParts(content).map(({ content: piece }) => piece))
  const content = text.filter((piece) => typeof piece === 'string').join('')
  const calls = joinCalls(known.flatMap(({ tool_call_chunks: pieces }) => listOf(pieces)))
  const finish = known.map(finishOf).find(({ finish_reason: reason }) => reason !== undefined)
  const parts = [...toParts(content), ...toCalls(calls)]
  return [{ role: 'assistant', parts, ...finish }]
}

function chunkOf(part: Encoded): Stored | undefined {
  const chunk = isObject(part) ? fieldsOf(part.chunk) : undefined
  return chunk && fieldsOf(chunk.message)
}

// The arguments of a call come in pieces, with its name in the first of them.
function joinCalls(pieces: readonly Stored[]): readonly Stored[] {
  const calls = new Map<Encoded, { id: Encoded; name: Encoded; args: string }>()
  for (const { index = null, id, name, args } of pieces) {
    const call = calls.get(index) ?? { id: id ?? null, name: name ?? null, args: '' }
    if (typeof args === 'string') call.args += args
    calls.set(index, call)
  }
  return [...calls.values()]
}

function partsOf({ content, tool_calls: calls }: Stored): readonly Part[] {
  return [...toParts(content), ...toCalls(calls)]
}

function finishOf({ response_metadata: metadata }: Stored): Pick<Message, 'finish_reason'> {
  const reason = isObject(metadata) ? (metadata.finish_reason ?? metadata.stop_reason) : undefined
  return typeof reason === 'string' ? { finish_reason: reason } : {}
}

function fieldsOf(packed: Encoded | undefined): Stored | undefined {
  return isObject(packed) && typeof packed.$lc === 'string' && isObject(packed.fields)
    ? packed.fields
    : undefined
}

function listOf(value: Encoded | undefined): readonly Stored[] {
  return Array.isArray(value) ? (value as readonly Encoded[]).filter(isObject) : []
}
