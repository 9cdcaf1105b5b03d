import { pieces } from '../wire-format.ts'
import { answersOf, CREATED, FORECAST, type MadeAnswer, PIXEL, THOUGHT } from './made.ts'

/** An item of the output, and the events in which it comes between its beginning and its end. */
interface Item {
  readonly opened: object
  readonly events: readonly object[]
  readonly done: object
}

const USAGE = {
  input_tokens: 310,
  input_tokens_details: { cached_tokens: 80 },
  output_tokens: 42,
  output_tokens_details: { reasoning_tokens: 12 },
  total_tokens: 352,
}

const CITATION = {
  type: 'url_citation',
  start_index: 0,
  end_index: 4,
  title: 'Oslo',
  url: 'https://weather.example/oslo',
}

/** Answers of the Responses API of OpenAI and xAI: reasoning, tools of the app and of the provider, MCP, images, errors. */
export const RESPONSES: readonly MadeAnswer[] = [...ofOpenAI(), ...ofXai()]

function ofOpenAI(): readonly MadeAnswer[] {
  const { stream, whole } = answersOf('openai/src/responses')
  const answers: Readonly<Record<string, readonly Item[]>> = {
    'reasoning-encrypted': [reasoning('gAAAAmade'), functionCall('calculator', '{"a":12,"b":7}')],
    'web-search': [webSearch(), message(FORECAST, [CITATION])],
    'image-generation': [imageGeneration(), message('Here it is.')],
    'mcp-approval': [mcpTools(), mcpApproval()],
    'mcp-call': [mcpTools(), mcpCall(), message(FORECAST)],
    shell: [shellCall(), shellOutput(), message('It says hello.')],
    'code-interpreter': [codeInterpreter(), message('The sum is 19.')],
  }
  return [
    ...Object.entries(answers).flatMap(([name, items]) => [
      stream(`made-openai-${name}`, eventsOf('gpt-5', items)),
      whole(`made-openai-${name}`, responseOf('gpt-5', 'completed', items)),
    ]),
    stream('made-openai-incomplete', [
      ...eventsOf('gpt-5', [message(FORECAST)]).slice(0, -1),
      {
        type: 'response.incomplete',
        sequence_number: 90,
        response: {
          ...responseOf('gpt-5', 'incomplete', [message(FORECAST)]),
          incomplete_details: { reason: 'max_output_tokens' },
        },
      },
    ]),
    stream('made-openai-failed', [
      ...eventsOf('gpt-5', [message(FORECAST)]).slice(0, 6),
      {
        type: 'error',
        sequence_number: 6,
        error: { type: 'server_error', code: 'server_error', message: 'It failed.', param: null },
      },
    ]),
  ]
}

function ofXai(): readonly MadeAnswer[] {
  const { stream, whole } = answersOf('xai/src/responses')
  const model = 'grok-4-fast-reasoning'
  const items = [reasoning(), webSearch(), message(FORECAST, [CITATION])]
  return [
    stream('made-xai-web-search', eventsOf(model, items)),
    whole('made-xai-web-search', responseOf(model, 'completed', items)),
    stream('made-xai-tool', eventsOf(model, [functionCall('weather', '{"city":"Oslo"}')])),
  ]
}

function eventsOf(model: string, items: readonly Item[]): readonly object[] {
  const response = responseOf(model, 'in_progress', [])
  const events = [
    { type: 'response.created', response },
    { type: 'response.in_progress', response },
    ...items.flatMap(({ opened, events: within, done }, index) => [
      { type: 'response.output_item.added', output_index: index, item: opened },
      ...within.map((event) => ({ item_id: idOf(done), output_index: index, ...event })),
      { type: 'response.output_item.done', output_index: index, item: done },
    ]),
    { type: 'response.completed', response: responseOf(model, 'completed', items) },
  ]
  return events.map((event, index) => ({ ...event, sequence_number: index }))
}

function responseOf(model: string, status: string, items: readonly Item[]): object {
  return {
    id: 'resp_made1',
    object: 'response',
    created_at: CREATED,
    status,
    error: null,
    incomplete_details: null,
    instructions: null,
    model,
    output: items.map(({ done }) => done),
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: 'medium', summary: null },
    service_tier: 'default',
    store: true,
    tool_choice: 'auto',
    tools: [],
    usage: status === 'in_progress' ? null : USAGE,
  }
}

function idOf(item: object): string {
  return (item as { readonly id: string }).id
}

function item(done: object, opened: object, events: readonly object[] = []): Item {
  return { done, opened: { ...done, ...opened }, events }
}

function reasoning(encrypted?: string): Item {
  const summary = [{ type: 'summary_text', text: THOUGHT }]
  const done = {
    id: 'rs_made1',
    type: 'reasoning',
    status: 'completed',
    summary,
    ...(encrypted !== undefined && { encrypted_content: encrypted }),
  }
  const at = { summary_index: 0 }
  const type = (name: string) => `response.reasoning_summary_${name}`
  return item(done, { summary: [] }, [
    { type: type('part.added'), ...at, part: { type: 'summary_text', text: '' } },
    ...pieces(THOUGHT).map((delta) => ({ type: type('text.delta'), ...at, delta })),
    { type: type('text.done'), ...at, text: THOUGHT },
    { type: type('part.done'), ...at, part: summary[0] },
  ])
}

function message(text: string, annotations: readonly object[] = []): Item {
  const part = { type: 'output_text', text, annotations, logprobs: [] }
  const done = {
    id: 'msg_made1',
    type: 'message',
    status: 'completed',
    role: 'assistant',
    content: [part],
  }
  const at = { content_index: 0 }
  return item(done, { status: 'in_progress', content: [] }, [
    { type: 'response.content_part.added', ...at, part: { ...part, text: '', annotations: [] } },
    ...pieces(text).map((delta) => ({
      type: 'response.output_text.delta',
      ...at,
      delta,
      logprobs: [],
    })),
    ...annotations.map((annotation, index) => ({
      type: 'response.output_text.annotation.added',
      ...at,
      annotation_index: index,
      annotation,
    })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
  ])
}

function functionCall(name: string, input: string): Item {
  const done = {
    id: 'fc_made1',
    type: 'function_call',
    status: 'completed',
    call_id: 'call_made1',
    name,
    arguments: input,
  }
  return item(done, { status: 'in_progress', arguments: '' }, [
    ...pieces(input).map((delta) => ({ type: 'response.function_call_arguments.delta', delta })),
    { type: 'response.function_call_arguments.done', arguments: input },
  ])
}

function webSearch(): Item {
  const sources = [{ type: 'url', url: CITATION.url }]
  const done = {
    id: 'ws_made1',
    type: 'web_search_call',
    status: 'completed',
    action: { type: 'search', query: 'weather in Oslo', sources },
  }
  return {
    ...item(done, {}, steps('web_search_call', 'in_progress', 'searching', 'completed')),
    opened: { id: 'ws_made1', type: 'web_search_call', status: 'in_progress' },
  }
}

function imageGeneration(): Item {
  const done = {
    id: 'ig_made1',
    type: 'image_generation_call',
    status: 'completed',
    output_format: 'png',
    quality: 'low',
    size: '1024x1024',
    result: PIXEL,
  }
  return {
    ...item(done, {}, [
      ...steps('image_generation_call', 'in_progress', 'generating'),
      {
        type: 'response.image_generation_call.partial_image',
        partial_image_index: 0,
        partial_image_b64: PIXEL,
      },
      ...steps('image_generation_call', 'completed'),
    ]),
    opened: { id: 'ig_made1', type: 'image_generation_call', status: 'in_progress' },
  }
}

function mcpTools(): Item {
  const tool = {
    name: 'forecast',
    description: 'The weather of a city',
    annotations: { read_only: true },
    input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  }
  const done = { id: 'mcpl_made1', type: 'mcp_list_tools', server_label: 'sky', tools: [tool] }
  return item(done, { tools: [] }, steps('mcp_list_tools', 'in_progress', 'completed'))
}

function mcpApproval(): Item {
  const done = {
    id: 'mcpr_made1',
    type: 'mcp_approval_request',
    server_label: 'sky',
    name: 'forecast',
    arguments: '{"city":"Oslo"}',
  }
  return item(done, {})
}

function mcpCall(): Item {
  const input = '{"city":"Oslo"}'
  const done = {
    id: 'mcp_made1',
    type: 'mcp_call',
    status: 'completed',
    approval_request_id: null,
    server_label: 'sky',
    name: 'forecast',
    arguments: input,
    output: FORECAST,
    error: null,
  }
  return item(done, { status: 'in_progress', arguments: '', output: null }, [
    ...steps('mcp_call', 'in_progress'),
    { type: 'response.mcp_call_arguments.delta', delta: input },
    { type: 'response.mcp_call_arguments.done', arguments: input },
    ...steps('mcp_call', 'completed'),
  ])
}

function shellCall(): Item {
  const done = {
    id: 'sh_made1',
    type: 'shell_call',
    status: 'completed',
    call_id: 'call_made2',
    action: { commands: ['echo hello'], max_output_length: null, timeout_ms: null },
    environment: { type: 'container_reference', container_id: 'cntr_made1' },
  }
  const opened = { commands: [], max_output_length: null, timeout_ms: null }
  const at = { command_index: 0 }
  return item(done, { status: 'in_progress', action: opened }, [
    { type: 'response.shell_call_command.added', ...at, command: '' },
    { type: 'response.shell_call_command.delta', ...at, delta: 'echo hello' },
    { type: 'response.shell_call_command.done', ...at, command: 'echo hello' },
  ])
}

function shellOutput(): Item {
  const output = [{ outcome: { type: 'exit', exit_code: 0 }, stderr: '', stdout: 'hello\n' }]
  const done = {
    id: 'sho_made1',
    type: 'shell_call_output',
    status: 'completed',
    call_id: 'call_made2',
    max_output_length: null,
    output,
  }
  const at = { command_index: 0 }
  return item(done, { output: [] }, [
    { type: 'response.shell_call_output_content.delta', ...at, delta: { stdout: 'hello\n' } },
    { type: 'response.shell_call_output_content.done', ...at, output },
  ])
}

function codeInterpreter(): Item {
  const code = 'print(12 + 7)'
  const done = {
    id: 'ci_made1',
    type: 'code_interpreter_call',
    status: 'completed',
    code,
    container_id: 'cntr_made1',
    outputs: [{ type: 'logs', logs: '19\n' }],
  }
  return item(done, { status: 'in_progress', code: '', outputs: [] }, [
    ...steps('code_interpreter_call', 'in_progress'),
    { type: 'response.code_interpreter_call_code.delta', delta: code },
    { type: 'response.code_interpreter_call_code.done', code },
    ...steps('code_interpreter_call', 'interpreting', 'completed'),
  ])
}

function steps(call: string, ...names: readonly string[]): readonly object[] {
  return names.map((name) => ({ type: `response.${call}.${name}` }))
}
