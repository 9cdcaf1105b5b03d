import { prose } from '../shared/prose.mjs'

export const CHUNKS = 200
export const PATH = '/v1/chat'
const PROMPT_CHARS = 1024
const ANSWER_CHARS = 2048

/** One question to a model: the body of a request, another one for every number. */
export function requestOf(number, stream) {
  return {
    id: `request-${number}`,
    model: 'fake-1',
    stream,
    messages: [{ role: 'user', content: prose(number, PROMPT_CHARS) }],
  }
}

/** What the model answers to the request of that number. */
export function textOf(number) {
  return prose(number + 1_000_000, ANSWER_CHARS)
}

export function answerOf(number) {
  return {
    id: `answer-${number}`,
    model: 'fake-1',
    choices: [{ message: { role: 'assistant', content: textOf(number) }, finish_reason: 'stop' }],
    usage: { input_tokens: 250, output_tokens: 500 },
  }
}

/** The same answer as a stream: the parts that an SDK makes of it. */
export function partsOf(number) {
  const text = textOf(number)
  const at = (chunk) => Math.round((chunk * text.length) / CHUNKS)
  return Array.from({ length: CHUNKS }, (_, chunk) => ({
    type: 'text-delta',
    id: '0',
    delta: text.slice(at(chunk), at(chunk + 1)),
  }))
}

/** And as the server-sent events that a provider sends. */
export function eventsOf(number) {
  return partsOf(number).map((part) => `data: ${JSON.stringify(part)}\n\n`)
}

export const JSON_HEADERS = { 'content-type': 'application/json' }
export const STREAM_HEADERS = { 'content-type': 'text/event-stream' }
