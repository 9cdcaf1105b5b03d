import type { Answer, TokenCounts } from '../answer.ts'
import { faultMessage, type Fault } from '../fault.ts'
import { afterLast, contentText, estimateTokens, type Prompt } from '../prompt.ts'
import { randomId } from '../random.ts'
import type { ServerSentEvent } from '../reply.ts'
import type { JsonSchema } from '../schema.ts'
import { namedEvent, nameEvents, type Payload, type WireFormat } from '../wire-format.ts'
import { blockEvents, writeBlocks } from './anthropic-blocks.ts'

interface MessagesRequest {
  readonly model?: string
  readonly stream?: boolean
  readonly messages?: readonly Message[]
  readonly tools?: readonly { readonly name: string; readonly input_schema?: JsonSchema }[]
  readonly tool_choice?: ToolChoice
  readonly output_config?: { readonly format?: { readonly schema?: JsonSchema } }
  readonly thinking?: { readonly type: string }
}

interface Message {
  readonly role: string
  readonly content: unknown
}

interface ToolChoice {
  readonly type: 'auto' | 'any' | 'tool' | 'none'
  readonly name?: string
  readonly disable_parallel_tool_use?: boolean
}

interface ToolResultBlock {
  readonly type?: string
  readonly content?: unknown
}

const ERRORS: Readonly<Record<Fault, { readonly status: number; readonly type: string }>> = {
  'rate-limit': { status: 429, type: 'rate_limit_error' },
  'server-error': { status: 500, type: 'api_error' },
  unauthorized: { status: 401, type: 'authentication_error' },
  overloaded: { status: 529, type: 'overloaded_error' },
  'not-found': { status: 404, type: 'not_found_error' },
}

/**
 * Anthropic messages.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
export const anthropicMessages: WireFormat = {
  readPrompt,
  writeWhole,
  writeEvents,
  frame: nameEvents,
  writeFault,
  writeFaultEvent: (fault) => namedEvent(writeFault(fault)),
  statusOf: (fault) => ERRORS[fault].status,
  headers: () => ({
    'request-id': randomId('req_'),
    'anthropic-organization-id': randomId('org_'),
  }),
}

function readPrompt(body: unknown): Prompt {
  const request = body as MessagesRequest
  const { model = 'unknown', messages = [], tool_choice: choice, thinking } = request
  const schema = request.output_config?.format?.schema
  const turn = afterLast(messages, isQuestion)
  return {
    model,
    isStream: request.stream === true,
    question: contentText(messages.findLast(isQuestion)?.content),
    tools: readTools(request),
    ...readToolChoice(choice),
    toolResults: turn.flatMap(({ content }) => toolResultsOf(content).map(resultText)),
    ...(schema ? { schema } : {}),
    wantsReasoning: thinking !== undefined && thinking.type !== 'disabled',
    inputTokens: estimateTokens(body),
  }
}

// Results of tools come in messages of the user too.
function isQuestion({ role, content }: Message): boolean {
  return role === 'user' && toolResultsOf(content).length === 0
}

function toolResultsOf(content: unknown): readonly ToolResultBlock[] {
  const blocks = Array.isArray(content) ? (content as readonly ToolResultBlock[]) : []
  return blocks.filter(({ type }) => type === 'tool_result')
}

function resultText({ content }: ToolResultBlock): string {
  return contentText(content)
}

function readToolChoice({
  type = 'auto',
  disable_parallel_tool_use: isSingle,
}: Partial<ToolChoice> = {}): Pick<Prompt, 'maxToolCalls' | 'mustCallTools'> {
  const mustCallTools = type === 'any' || type === 'tool'
  if (type === 'none') return { maxToolCalls: 0, mustCallTools }
  return { maxToolCalls: isSingle ? 1 : 2, mustCallTools }
}

function readTools({ tools = [], tool_choice: choice }: MessagesRequest): Prompt['tools'] {
  const chosen = choice?.name
  return tools.flatMap(({ name, input_schema: schema }) =>
    schema && (chosen ?? name) === name ? [{ name, schema }] : [],
  )
}

function writeWhole(answer: Answer, { model }: Prompt): object {
  return {
    ...envelope(model),
    content: writeBlocks(answer),
    stop_reason: stopReason(answer),
    stop_sequence: null,
    usage: { ...inputUsage(answer.tokens), ...outputUsage(answer.tokens) },
  }
}

function writeEvents(answer: Answer, { model }: Prompt): readonly ServerSentEvent[] {
  const { tokens } = answer
  const usage = { ...inputUsage(tokens), output_tokens: 1 }
  const opening = { ...envelope(model), content: [], stop_reason: null, stop_sequence: null, usage }
  const delta = { stop_reason: stopReason(answer), stop_sequence: null }
  const payloads: readonly Payload[] = [
    { type: 'message_start', message: opening },
    { type: 'ping' },
    ...writeBlocks(answer).flatMap(blockEvents),
    { type: 'message_delta', delta, usage: outputUsage(tokens) },
    { type: 'message_stop' },
  ]
  return payloads.map(namedEvent)
}

function writeFault(fault: Fault): Payload {
  return { type: 'error', error: { type: ERRORS[fault].type, message: faultMessage(fault) } }
}

function envelope(model: string): object {
  return { id: randomId('msg_'), type: 'message', role: 'assistant', model }
}

function stopReason({ toolCalls }: Answer): string {
  return toolCalls.length > 0 ? 'tool_use' : 'end_turn'
}

// Unlike with OpenAI, cached tokens are not part of the input tokens.
function inputUsage({ input, cached }: TokenCounts): object {
  return {
    input_tokens: input - cached,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cached,
  }
}

function outputUsage({ output, reasoning }: TokenCounts): object {
  return { output_tokens: output, output_tokens_details: { thinking_tokens: reasoning } }
}
