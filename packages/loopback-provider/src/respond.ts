import { improvise, type Answer } from './answer.ts'
import type { ReceivedRequest } from './calls.ts'
import { findService, formatOf, isModel } from './endpoints.ts'
import type { Fault } from './fault.ts'
import type {
  Interruption,
  PlannedAnswer,
  PlannedResponse,
  RecordedResponse,
  SentResponse,
} from './plan.ts'
import { randomId } from './random.ts'
import { bodyReply, formatEvent, jsonReply, streamReply, type Reply } from './reply.ts'
import type { WireFormat } from './wire-format.ts'

const BROKEN_JSON = '{"id":"'

/** Decides what a call gets. */
export function respond(request: ReceivedRequest, planned: PlannedResponse): Reply {
  const format = formatOf(request.path)
  const reply = replyTo(request, planned, format)
  if (planned.type === 'recorded' && 'chunks' in planned) return reply
  return { ...reply, headers: { ...format.headers(), ...reply.headers } }
}

function replyTo(request: ReceivedRequest, planned: PlannedResponse, format: WireFormat): Reply {
  switch (planned.type) {
    case 'answer':
      return answer(request, planned, format)
    case 'recorded':
      return repeat(planned, format)
    case 'rate-limit':
    case 'server-error':
    case 'unauthorized':
      return refuse(format, planned.type, planned.retryAfterSeconds)
    default:
      return interrupt(answer(request, { type: 'answer' }, format), planned, format)
  }
}

function answer(
  { path, body }: ReceivedRequest,
  planned: PlannedAnswer,
  format: WireFormat,
): Reply {
  const service = findService(path)
  if (service) return service(body)
  if (!isModel(path)) return refuse(format, 'not-found')
  const prompt = format.readPrompt(body)
  const given = { ...improvise(prompt), ...toAnswer(planned) }
  return prompt.isStream
    ? streamReply(format.writeEvents(given, prompt))
    : jsonReply(format.writeWhole(given, prompt))
}

// Of text and tool calls the one that is planned takes the place of both.
function toAnswer({ text, toolCalls }: PlannedAnswer): Partial<Answer> {
  if (text === undefined && toolCalls === undefined) return {}
  const calls = toolCalls ?? []
  return {
    text: text ?? '',
    toolCalls: calls.map(({ name, input }) => ({
      id: randomId(''),
      name,
      input: JSON.stringify(input),
    })),
  }
}

function repeat(recorded: RecordedResponse, format: WireFormat): Reply {
  if ('chunks' in recorded) return sentReply(recorded)
  return 'json' in recorded ? jsonReply(recorded.json) : streamReply(format.frame(recorded.events))
}

function sentReply({ mediaType, chunks, status = 200 }: SentResponse): Reply {
  const headers = { 'content-type': mediaType }
  return { status, headers, chunks, isStream: chunks.length > 1, ending: 'end' }
}

function refuse(format: WireFormat, fault: Fault, retryAfterSeconds?: number): Reply {
  const status = format.statusOf(fault)
  const body = format.writeFault(fault)
  if (retryAfterSeconds === undefined) return jsonReply(body, { status })
  return jsonReply(body, { status, headers: { 'retry-after': String(retryAfterSeconds) } })
}

function interrupt(reply: Reply, interruption: Interruption, format: WireFormat): Reply {
  const { type } = interruption
  if (reply.isStream) return interruptStream(reply, interruption, format)
  if (type === 'malformed') return bodyReply('application/json', BROKEN_JSON)
  if (type === 'overloaded') return refuse(format, type)
  return { ...reply, chunks: [], ending: type }
}

function interruptStream(
  reply: Reply,
  { type, afterEvents = 4 }: Interruption,
  format: WireFormat,
): Reply {
  const before = reply.chunks.slice(0, afterEvents)
  const after = reply.chunks.slice(afterEvents)
  if (type === 'malformed') {
    return { ...reply, chunks: [...before, formatEvent({ data: BROKEN_JSON }), ...after] }
  }
  if (type === 'overloaded') {
    return { ...reply, chunks: [...before, formatEvent(format.writeFaultEvent(type))] }
  }
  return { ...reply, chunks: before, ending: type }
}
