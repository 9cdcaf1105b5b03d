const WEATHER_SCHEMA = {
  type: 'object',
  properties: {
    city: { type: 'string', description: 'Name of the city', minLength: 1 },
    unit: { type: 'string', enum: ['celsius', 'fahrenheit'] },
    days: { type: 'integer', minimum: 1, maximum: 14, default: 1 },
  },
  required: ['city'],
  additionalProperties: false,
}

const GRADE_SCHEMA = {
  type: 'object',
  properties: { grade: { type: 'number' }, reasons: { type: 'array', items: { type: 'string' } } },
  required: ['grade', 'reasons'],
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Requests as they are sent to providers, and as SDKs hand them to their models. */
export const LLM_REQUESTS: Readonly<Record<string, unknown>> = {
  'OpenAI chat completions': {
    model: 'gpt-4o-mini-2024-07-18',
    messages: [
      { role: 'system', content: 'You are a grader. Be strict but fair.' },
      { role: 'user', name: 'ann', content: 'Grade this essay: "To be, or not to be."' },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'call_abc123',
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Delft","days":2}' },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'call_abc123', content: '{"temperature": 21.5}' },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'weather',
          description: 'The weather of a city',
          parameters: WEATHER_SCHEMA,
          strict: true,
        },
      },
    ],
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'grade', schema: GRADE_SCHEMA, strict: true },
    },
    temperature: 0.2,
    top_p: 1,
    max_completion_tokens: 1024,
    frequency_penalty: 0,
    logit_bias: { 50256: -100 },
    logprobs: true,
    top_logprobs: 2,
    n: 1,
    seed: 42,
    stop: ['\n\n', 'END'],
    reasoning_effort: 'low',
    service_tier: 'auto',
    prompt_cache_key: 'grader-v2',
    safety_identifier: 'user-7',
    metadata: { experiment: 'B' },
    a_field_of_next_year: { level: 3 },
  },
  'OpenAI responses': {
    model: 'gpt-5-mini',
    instructions: 'Answer in one sentence.',
    input: [
      { role: 'user', content: [{ type: 'input_text', text: 'What is in this picture?' }] },
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: `data:image/png;base64,${PIXEL}`, detail: 'low' },
        ],
      },
      { type: 'function_call', call_id: 'call_1', name: 'weather', arguments: '{"city":"Delft"}' },
      { type: 'function_call_output', call_id: 'call_1', output: 'sunny' },
    ],
    reasoning: { effort: 'medium', summary: 'auto' },
    text: { format: { type: 'text' }, verbosity: 'low' },
    tools: [
      {
        type: 'web_search',
        search_context_size: 'low',
        filters: { allowed_domains: ['nasa.gov'] },
      },
    ],
    tool_choice: 'auto',
    include: ['reasoning.encrypted_content'],
    previous_response_id: 'resp_123',
    truncation: 'disabled',
    store: false,
  },
  'Anthropic messages': {
    model: 'claude-sonnet-4-5',
    max_tokens: 4096,
    system: [
      { type: 'text', text: 'You grade essays.', cache_control: { type: 'ephemeral', ttl: '1h' } },
    ],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
          { type: 'text', text: 'Grade this.' },
        ],
      },
      {
        role: 'assistant',
        content: [
          {
            type: 'thinking',
            thinking: 'Let me see.',
            signature: 'EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl',
          },
          { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Delft', days: 2 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny', is_error: false },
        ],
      },
    ],
    tools: [
      { name: 'weather', description: 'The weather of a city', input_schema: WEATHER_SCHEMA },
    ],
    tool_choice: { type: 'any', disable_parallel_tool_use: true },
    thinking: { type: 'enabled', budget_tokens: 1024 },
    temperature: 1,
    top_k: 40,
    stop_sequences: ['END'],
    metadata: { user_id: 'ann' },
  },
  'Gemini generateContent': {
    model: 'gemini-2.5-flash',
    systemInstruction: { parts: [{ text: 'You grade essays.' }] },
    contents: [
      {
        role: 'user',
        parts: [{ text: 'Grade this.' }, { inlineData: { mimeType: 'image/png', data: PIXEL } }],
      },
      { role: 'model', parts: [{ functionCall: { name: 'weather', args: { city: 'Delft' } } }] },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'weather', response: { sky: 'clear' } } }],
      },
    ],
    tools: [{ functionDeclarations: [{ name: 'weather', parameters: WEATHER_SCHEMA }] }],
    toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['weather'] } },
    generationConfig: {
      temperature: 0.5,
      topK: 40,
      maxOutputTokens: 800,
      responseMimeType: 'application/json',
      responseSchema: GRADE_SCHEMA,
      thinkingConfig: { thinkingBudget: 0, includeThoughts: false },
    },
    safetySettings: [{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }],
    cachedContent: 'cachedContents/abc',
  },
  'AI SDK call options': {
    prompt: [
      {
        role: 'system',
        content: 'You grade essays.',
        providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } },
      },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'Grade this.' },
          {
            type: 'file',
            mediaType: 'image/png',
            filename: 'essay.png',
            data: new Uint8Array([137, 80, 78, 71]),
          },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Let me see.' },
          {
            type: 'tool-call',
            toolCallId: 'call_1',
            toolName: 'weather',
            input: { city: 'Delft' },
          },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'call_1',
            toolName: 'weather',
            output: { type: 'json', value: { sky: 'clear' } },
          },
        ],
      },
    ],
    tools: [
      {
        type: 'function',
        name: 'weather',
        description: 'The weather of a city',
        inputSchema: WEATHER_SCHEMA,
      },
    ],
    toolChoice: { type: 'tool', toolName: 'weather' },
    responseFormat: { type: 'json', schema: GRADE_SCHEMA, name: 'grade' },
    temperature: 0,
    maxOutputTokens: 400,
    topP: 0.9,
    presencePenalty: 0.1,
    stopSequences: ['END'],
    seed: 7,
    providerOptions: { openai: { reasoningEffort: 'low', promptCacheKey: 'grader', user: 'ann' } },
  },
  embeddings: {
    model: 'text-embedding-3-small',
    input: ['a whale', 'a dolphin', ''],
    dimensions: 256,
    encoding_format: 'float',
  },
}
