import { pieces } from '../wire-format.ts'
import { answersOf, FORECAST, type MadeAnswer, THOUGHT } from './made.ts'

/** A block of the content, as it is when it begins and what is added to it. */
interface Block {
  readonly start: object
  readonly deltas: readonly object[]
  readonly whole: object
}

const MODEL = 'claude-sonnet-4-5'
const URL = 'https://weather.example/oslo'

const USAGE = {
  input_tokens: 310,
  cache_creation_input_tokens: 40,
  cache_read_input_tokens: 80,
  cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 10 },
  output_tokens: 42,
  service_tier: 'standard',
}

/** Messages of Anthropic: thinking, tools of the app and of the provider, MCP, citations, errors, tokens of the cache. */
export const ANTHROPIC: readonly MadeAnswer[] = ofAnthropic()

function ofAnthropic(): readonly MadeAnswer[] {
  const { stream, whole } = answersOf('anthropic/src')
  const answers: Readonly<Record<string, readonly [reason: string, ...Block[]]>> = {
    text: ['end_turn', text(FORECAST)],
    thinking: ['end_turn', thinking(), redactedThinking(), text(FORECAST)],
    tools: ['tool_use', text('Let me see.'), toolUse(1), toolUse(2)],
    'web-search': ['end_turn', searched(), found(), text(FORECAST, [citation()])],
    'code-execution': ['end_turn', executed(), executedResult(), text('It says hello.')],
    mcp: ['end_turn', mcpUse(), mcpResult(), text(FORECAST)],
    refusal: ['refusal', text('I cannot')],
  }
  return [
    ...Object.entries(answers).flatMap(([name, [reason, ...blocks]]) => [
      stream(`made-anthropic-${name}`, [...opened(blocks), ...closed(reason)]),
      whole(`made-anthropic-${name}`, messageOf(blocks, reason)),
    ]),
    stream('made-anthropic-overloaded', [
      ...opened([text(FORECAST)]).slice(0, 5),
      { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    ]),
    whole('made-anthropic-error', {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'max_tokens: must be positive' },
      request_id: 'req_made1',
    }),
  ]
}

function messageOf(blocks: readonly Block[], reason: string | null): object {
  return {
    id: 'msg_made1',
    type: 'message',
    role: 'assistant',
    model: MODEL,
    content: blocks.map((block) => block.whole),
    stop_reason: reason,
    stop_sequence: null,
    usage: USAGE,
  }
}

function opened(blocks: readonly Block[]): readonly object[] {
  return [
    { type: 'message_start', message: messageOf([], null) },
    { type: 'ping' },
    ...blocks.flatMap(({ start, deltas }, index) => [
      { type: 'content_block_start', index, content_block: start },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]),
  ]
}

function closed(reason: string): readonly object[] {
  const delta = { stop_reason: reason, stop_sequence: null }
  return [{ type: 'message_delta', delta, usage: USAGE }, { type: 'message_stop' }]
}

function text(value: string, citations: readonly object[] = []): Block {
  return {
    start: { type: 'text', text: '' },
    deltas: [
      ...citations.map((one) => ({ type: 'citations_delta', citation: one })),
      ...pieces(value).map((piece) => ({ type: 'text_delta', text: piece })),
    ],
    whole: { type: 'text', text: value, ...(citations.length > 0 && { citations }) },
  }
}

function citation(): object {
  return {
    type: 'web_search_result_location',
    cited_text: 'Rain from nine.',
    url: URL,
    title: 'Oslo',
    encrypted_index: 'Eo8Bmade',
  }
}

function thinking(): Block {
  return {
    start: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...pieces(THOUGHT).map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      { type: 'signature_delta', signature: 'EqQBmade' },
    ],
    whole: { type: 'thinking', thinking: THOUGHT, signature: 'EqQBmade' },
  }
}

function redactedThinking(): Block {
  return atOnce({ type: 'redacted_thinking', data: 'EmwKmade' })
}

function toolUse(number: number): Block {
  return used({ type: 'tool_use', id: `toolu_made${number}`, name: 'weather' }, { city: 'Oslo' })
}

function searched(): Block {
  const call = { type: 'server_tool_use', id: 'srvtoolu_made1', name: 'web_search' }
  return used(call, { query: 'weather in Oslo' })
}

function found(): Block {
  const result = {
    type: 'web_search_result',
    title: 'Oslo',
    url: URL,
    encrypted_content: 'ErkCmade',
    page_age: null,
  }
  return atOnce({
    type: 'web_search_tool_result',
    tool_use_id: 'srvtoolu_made1',
    content: [result],
  })
}

function executed(): Block {
  const call = { type: 'server_tool_use', id: 'srvtoolu_made2', name: 'bash_code_execution' }
  return used(call, { command: 'echo hello' })
}

function executedResult(): Block {
  const content = {
    type: 'bash_code_execution_result',
    stdout: 'hello\n',
    stderr: '',
    return_code: 0,
    content: [],
  }
  return atOnce({
    type: 'bash_code_execution_tool_result',
    tool_use_id: 'srvtoolu_made2',
    content,
  })
}

function mcpUse(): Block {
  const call = { type: 'mcp_tool_use', id: 'mcptoolu_made1', name: 'forecast', server_name: 'sky' }
  return used(call, { city: 'Oslo' })
}

function mcpResult(): Block {
  return atOnce({
    type: 'mcp_tool_result',
    tool_use_id: 'mcptoolu_made1',
    is_error: false,
    content: [{ type: 'text', text: FORECAST }],
  })
}

function used(call: object, input: object): Block {
  const written = JSON.stringify(input)
  return {
    start: { ...call, input: {} },
    deltas: ['', ...pieces(written)].map((piece) => ({
      type: 'input_json_delta',
      partial_json: piece,
    })),
    whole: { ...call, input },
  }
}

function atOnce(block: object): Block {
  return { start: block, deltas: [], whole: block }
}
