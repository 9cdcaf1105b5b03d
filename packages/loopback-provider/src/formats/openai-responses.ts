import type { Answer, TokenCounts } from '../answer.ts'
import { afterLast, contentText, estimateTokens, type Prompt } from '../prompt.ts'
import { randomId } from '../random.ts'
import type { ServerSentEvent } from '../reply.ts'
import type { JsonSchema } from '../schema.ts'
import { namedEvent, nameEvents, type Payload, type WireFormat } from '../wire-format.ts'
import {
  openaiErrorFields,
  openaiHeaders,
  openaiStatus,
  readToolSettings,
  type ToolSettings,
  writeOpenaiFault,
} from './openai-common.ts'
import { itemEvents, writeItems, type OutputItem } from './openai-responses-items.ts'

interface ResponsesRequest extends ToolSettings {
  readonly model?: string
  readonly stream?: boolean
  readonly input?: string | readonly InputItem[]
  readonly tools?: readonly ResponsesTool[]
  readonly tool_choice?: string | { readonly name?: string }
  readonly text?: { readonly format?: { readonly schema?: JsonSchema } }
  readonly reasoning?: object
}

interface InputItem {
  readonly type?: string
  readonly role?: string
  readonly content?: unknown
  readonly output?: unknown
}

interface ResponsesTool {
  readonly type: string
  readonly name: string
  readonly parameters?: JsonSchema
}

/**
 * OpenAI Responses.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 */
export const openaiResponses: WireFormat = {
  readPrompt,
  writeWhole: (answer, prompt) => envelope(prompt, writeItems(answer), answer.tokens),
  writeEvents,
  frame: nameEvents,
  writeFault: writeOpenaiFault,
  writeFaultEvent: (fault) =>
    namedEvent({ type: 'error', sequence_number: 0, ...openaiErrorFields(fault) }),
  statusOf: openaiStatus,
  headers: openaiHeaders,
}

function readPrompt(body: unknown): Prompt {
  const request = body as ResponsesRequest
  const { model = 'unknown', reasoning } = request
  const items = readItems(request)
  const schema = request.text?.format?.schema
  const turn = afterLast(items, ({ role }) => role === 'user')
  return {
    model,
    isStream: request.stream === true,
    question: contentText(items.findLast(({ role }) => role === 'user')?.content),
    tools: readTools(request),
    ...readToolSettings(request),
    toolResults: turn.flatMap(readToolResult),
    ...(schema ? { schema } : {}),
    wantsReasoning: reasoning !== undefined,
    inputTokens: estimateTokens(body),
  }
}

function readItems({ input = [] }: ResponsesRequest): readonly InputItem[] {
  return typeof input === 'string' ? [{ role: 'user', content: input }] : input
}

function readTools({ tools = [], tool_choice: choice }: ResponsesRequest): Prompt['tools'] {
  const chosen = typeof choice === 'object' ? choice.name : undefined
  return tools.flatMap(({ type, name, parameters = {} }) =>
    type === 'function' && (chosen ?? name) === name ? [{ name, schema: parameters }] : [],
  )
}

function readToolResult({ type, output }: InputItem): readonly string[] {
  return type === 'function_call_output' ? [contentText(output)] : []
}

function writeEvents(answer: Answer, prompt: Prompt): readonly ServerSentEvent[] {
  const items = writeItems(answer)
  const whole = envelope(prompt, items, answer.tokens)
  const started = { ...whole, status: 'in_progress', output: [], usage: null }
  const payloads: readonly Payload[] = [
    { type: 'response.created', response: started },
    { type: 'response.in_progress', response: started },
    ...items.flatMap(itemEvents),
    { type: 'response.completed', response: whole },
  ]
  return payloads.map((payload, index) => namedEvent({ ...payload, sequence_number: index }))
}

function envelope({ model }: Prompt, output: readonly OutputItem[], tokens: TokenCounts): object {
  return {
    id: randomId('resp_'),
    object: 'response',
    created_at: Math.floor(Date.now() / 1000),
    status: 'completed',
    error: null,
    incomplete_details: null,
    instructions: null,
    model,
    output,
    parallel_tool_calls: true,
    temperature: 1,
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    usage: writeUsage(tokens),
    metadata: {},
  }
}

function writeUsage({ input, cached, output, reasoning }: TokenCounts): object {
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + output,
  }
}
