import type { Answer, TokenCounts, ToolCall } from '../answer.ts'
import { afterLast, contentText, estimateTokens, type Prompt } from '../prompt.ts'
import { randomId } from '../random.ts'
import type { ServerSentEvent } from '../reply.ts'
import type { JsonSchema } from '../schema.ts'
import { pieces, type WireFormat } from '../wire-format.ts'
import {
  openaiHeaders,
  openaiStatus,
  readToolSettings,
  type ToolSettings,
  writeOpenaiFault,
} from './openai-common.ts'

interface ChatRequest extends ToolSettings {
  readonly model?: string
  readonly stream?: boolean
  readonly messages?: readonly { readonly role: string; readonly content?: unknown }[]
  readonly tools?: readonly ChatTool[]
  readonly tool_choice?: string | { readonly function: { readonly name: string } }
  readonly response_format?: { readonly json_schema?: { readonly schema: JsonSchema } }
  readonly reasoning_effort?: string
}

interface ChatTool {
  readonly function?: { readonly name: string; readonly parameters?: JsonSchema }
}

/**
 * OpenAI chat completions, with the `reasoning_content` of compatible servers.
 *
 * @see https://platform.openai.com/docs/api-reference/chat
 */
export const openaiChat: WireFormat = {
  readPrompt,
  writeWhole,
  writeEvents,
  frame: (payloads) => [...payloads, '[DONE]'].map((data) => ({ data })),
  writeFault: writeOpenaiFault,
  writeFaultEvent: (fault) => ({ data: JSON.stringify(writeOpenaiFault(fault)) }),
  statusOf: openaiStatus,
  headers: openaiHeaders,
}

function readPrompt(body: unknown): Prompt {
  const request = body as ChatRequest
  const { model = 'unknown', messages = [] } = request
  const schema = request.response_format?.json_schema?.schema
  const turn = afterLast(messages, ({ role }) => role === 'user')
  const question = messages.findLast(({ role }) => role === 'user')?.content
  return {
    model,
    isStream: request.stream === true,
    question: contentText(question),
    tools: readTools(request),
    ...readToolSettings(request),
    toolResults: turn.flatMap(({ role, content }) =>
      role === 'tool' ? [contentText(content)] : [],
    ),
    ...(schema ? { schema } : {}),
    wantsReasoning: request.reasoning_effort !== undefined,
    inputTokens: estimateTokens(body),
  }
}

function readTools({ tools = [], tool_choice: choice }: ChatRequest): Prompt['tools'] {
  const chosen = typeof choice === 'object' ? choice.function.name : undefined
  return tools.flatMap(({ function: tool }) =>
    tool && (chosen ?? tool.name) === tool.name
      ? [{ name: tool.name, schema: tool.parameters ?? {} }]
      : [],
  )
}

function writeWhole(answer: Answer, { model }: Prompt): object {
  const message = {
    role: 'assistant',
    content: answer.text || null,
    refusal: null,
    ...(answer.reasoning ? { reasoning_content: answer.reasoning } : {}),
    ...(answer.toolCalls.length > 0 ? { tool_calls: answer.toolCalls.map(writeToolCall) } : {}),
  }
  return {
    ...envelope('chat.completion', model),
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(answer) }],
    usage: writeUsage(answer.tokens),
  }
}

function writeEvents(answer: Answer, { model }: Prompt): readonly ServerSentEvent[] {
  const shared = envelope('chat.completion.chunk', model)
  const chunk = (delta: object, finish: string | null = null) => ({
    ...shared,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })
  const chunks = [
    chunk({ role: 'assistant', content: answer.text ? '' : null }),
    ...pieces(answer.reasoning).map((piece) => chunk({ reasoning_content: piece })),
    ...pieces(answer.text).map((piece) => chunk({ content: piece })),
    ...answer.toolCalls.flatMap(toolCallDeltas).map((delta) => chunk({ tool_calls: [delta] })),
    chunk({}, finishReason(answer)),
    { ...shared, choices: [], usage: writeUsage(answer.tokens) },
  ]
  return openaiChat.frame(chunks.map((payload) => JSON.stringify(payload)))
}

function envelope(object: string, model: string): object {
  const created = Math.floor(Date.now() / 1000)
  return { id: randomId('chatcmpl-'), object, created, model, system_fingerprint: randomId('fp_') }
}

function writeToolCall({ id, name, input }: ToolCall): object {
  return { id: `call_${id}`, type: 'function', function: { name, arguments: input } }
}

function toolCallDeltas({ id, name, input }: ToolCall, index: number): readonly object[] {
  const opening = { index, id: `call_${id}`, type: 'function', function: { name, arguments: '' } }
  return [opening, ...pieces(input).map((piece) => ({ index, function: { arguments: piece } }))]
}

function finishReason({ toolCalls }: Answer): string {
  return toolCalls.length > 0 ? 'tool_calls' : 'stop'
}

function writeUsage({ input, cached, output, reasoning }: TokenCounts): object {
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }
}
