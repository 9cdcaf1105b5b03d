import type { Line, Sdk } from './line.ts'

/** What a function is given to ask a provider that answers nothing. */
export interface Call {
  readonly ai: Sdk
  readonly openai: ReturnType<Line['createOpenAI']>
  readonly url: string
  /** Any model, as the route has it. */
  readonly model: <T extends object>(model: T) => T
}

type Ask = (call: Call) => Promise<unknown>

// Nothing of them is in the types of all majors.
type Any = Readonly<Record<string, (...args: unknown[]) => unknown>>
const any = (value: unknown) => value as Any

interface Asked {
  readonly headers?: HeadersInit
}

function videoOf({ model, url }: Call): object {
  const ask = async ({ headers = {} }: Asked) => {
    const response = await fetch(`${url}/videos`, { method: 'POST', headers })
    throw new Error(`The provider says ${response.status}`)
  }
  return model({
    specificationVersion: 'v3',
    provider: 'acme.video',
    modelId: 'reel-1',
    maxVideosPerCall: 1,
    doGenerate: ask,
    doStart: ask,
    doStatus: ask,
  })
}

function rerankerOf({ model, url }: Call): object {
  return model({
    specificationVersion: 'v3',
    provider: 'acme.reranking',
    modelId: 'rank-1',
    async doRerank({ headers = {} }: Asked) {
      const response = await fetch(`${url}/rerank`, { method: 'POST', headers })
      throw new Error(`The provider says ${response.status}`)
    },
  })
}

const audio = new Uint8Array([1, 2, 3])
const prompt = 'Good morning'

async function drain(stream: unknown): Promise<void> {
  const iterator = (stream as AsyncIterable<unknown>)[Symbol.asyncIterator]()
  while (!(await iterator.next()).done);
}

/** Each function of the SDK that asks a provider, by the names that it has in the majors. */
export const CALLS: Readonly<Record<string, Ask>> = {
  generateText: async ({ ai, openai }) => ai.generateText({ model: openai('gpt-5'), prompt }),
  streamText: async ({ ai, openai }) =>
    drain(ai.streamText({ model: openai('gpt-5'), prompt, onError() {} }).fullStream),
  experimental_streamTextLowMemory: async ({ ai, openai }) => {
    const { experimental_streamTextLowMemory: stream } = any(ai)
    const result = stream!({ model: openai('gpt-5'), prompt, onError() {} })
    await drain(
      Reflect.get(result as object, 'fullStream') ?? Reflect.get(result as object, 'stream'),
    )
  },
  experimental_streamLanguageModelCall: async ({ ai, openai }) => {
    const { experimental_streamLanguageModelCall: stream } = any(ai)
    const result = (await stream!({ model: openai('gpt-5'), prompt })) as { stream: unknown }
    await drain(result.stream)
  },
  generateObject: async ({ ai, openai }) =>
    ai.generateObject({ model: openai('gpt-5'), output: 'no-schema', prompt }),
  streamObject: async ({ ai, openai }) =>
    drain(
      ai.streamObject({ model: openai('gpt-5'), output: 'no-schema', prompt, onError() {} })
        .fullStream,
    ),
  ToolLoopAgent: async ({ ai, openai }) =>
    new ai.ToolLoopAgent({ model: openai('gpt-5') }).generate({ prompt }),
  Experimental_Agent: async ({ ai, openai }) =>
    new ai.Experimental_Agent({ model: openai('gpt-5') }).generate({ prompt }),
  embed: async ({ ai, openai }) =>
    ai.embed({ model: openai.textEmbeddingModel('small'), value: 'sun' }),
  embedMany: async ({ ai, openai }) =>
    ai.embedMany({ model: openai.textEmbeddingModel('small'), values: ['sun', 'moon'] }),
  rerank: async (call) =>
    call.ai.rerank({ model: rerankerOf(call) as never, documents: ['a', 'b'], query: 'a' }),
  generateImage: async ({ ai, openai }) =>
    ai.generateImage({ model: openai.imageModel('dall-e-3'), prompt }),
  experimental_generateImage: async ({ ai, openai }) =>
    any(ai).experimental_generateImage!({ model: openai.imageModel('dall-e-3'), prompt }),
  generateSpeech: async ({ ai, openai }) =>
    ai.generateSpeech({ model: openai.speech('tts-1'), text: prompt }),
  experimental_generateSpeech: async ({ ai, openai }) =>
    any(ai).experimental_generateSpeech!({ model: openai.speech('tts-1'), text: prompt }),
  transcribe: async ({ ai, openai }) =>
    ai.transcribe({ model: openai.transcription('whisper-1'), audio }),
  experimental_transcribe: async ({ ai, openai }) =>
    any(ai).experimental_transcribe!({ model: openai.transcription('whisper-1'), audio }),
  experimental_generateVideo: async (call) =>
    any(call.ai).experimental_generateVideo!({ model: videoOf(call), prompt }),
  experimental_startVideo: async (call) =>
    any(call.ai).experimental_startVideo!({ model: videoOf(call), prompt }),
  experimental_getVideoStatus: async (call) =>
    any(call.ai).experimental_getVideoStatus!(videoOf(call), { operation: 'one' }),
  experimental_decide: async ({ ai, openai }) =>
    any(ai).experimental_decide!({
      model: any(openai).decisionModel!('gpt-5'),
      state: 'It rains.',
      questions: [{ id: 'coat', type: 'boolean', instructions: 'A coat?' }],
    }),
  experimental_evaluate: async ({ ai, openai }) =>
    any(ai).experimental_evaluate!({
      model: any(openai).evaluationModel!('gpt-5'),
      state: 'It rains.',
      questions: [{ id: 'coat', type: 'boolean', instructions: 'A coat?' }],
    }),
  experimental_extract: async ({ ai, openai }) =>
    any(ai).experimental_extract!({
      model: any(openai).extractionModel!('gpt-5'),
      state: 'It rains.',
      fields: [{ id: 'weather', type: 'text', instructions: 'The weather' }],
    }),
  uploadFile: async ({ ai, openai }) =>
    any(ai).uploadFile!({ api: any(openai).files!(), data: audio }),
  uploadSkill: async ({ ai, openai }) =>
    any(ai).uploadSkill!({
      api: any(openai).skills!(),
      files: [{ path: 'SKILL.md', data: audio }],
      displayTitle: 'One',
    }),
  experimental_startBatch: async ({ ai, openai }) =>
    any(ai).experimental_startBatch!({
      provider: openai,
      requests: [{ id: 'one', type: 'text', model: 'gpt-5', prompt }],
    }),
  experimental_getBatchStatus: async ({ ai, openai }) =>
    any(ai).experimental_getBatchStatus!({ provider: openai, batch: batchOf() }),
  experimental_getBatchResults: async ({ ai, openai }) =>
    drain(await any(ai).experimental_getBatchResults!({ provider: openai, batch: batchOf() })),
  experimental_cancelBatch: async ({ ai, openai }) =>
    any(ai).experimental_cancelBatch!({ provider: openai, batch: batchOf() }),
  experimental_listBatches: async ({ ai, openai }) =>
    any(ai).experimental_listBatches!({ provider: openai }),
}

function batchOf(): object {
  return { version: 2, id: 'batch_1', provider: 'openai.batch', status: 'completed' }
}

/** What asks a provider by a socket that streams both ways, which a provider of HTTP cannot stand for. */
export const BY_SOCKET: readonly string[] = [
  'experimental_streamSpeech',
  'experimental_streamTranscribe',
  'experimental_streamTranslate',
  'Experimental_AbstractRealtimeSession',
]

/** All else that the majors export: it asks nobody, or only what it is handed, such as an agent or a client's own server. */
export const OTHERS: ReadonlySet<string> = new Set(
  `AbstractChat DefaultChatTransport DefaultGeneratedFile DirectChatTransport HttpChatTransport JsonToSseTransformStream
  SerialJobExecutor TextStreamChatTransport WebSocketChatTransport addToolInputExamplesMiddleware asSchema
  bindTelemetryIntegration callCompletionApi consumeStream convertDataContentToBase64String convertFileListToFileUIParts
  convertToCoreMessages convertToModelMessages cosineSimilarity createAgentUIStream createAgentUIStreamResponse
  createDownload createGateway createIdGenerator createProviderRegistry createTextStreamResponse createUIMessageStream
  createUIMessageStreamResponse customProvider defaultEmbeddingSettingsMiddleware defaultInstructionsMiddleware
  defaultSettingsMiddleware detectToolDrift dynamicTool experimental_createProviderRegistry experimental_createSteering
  experimental_customProvider experimental_decodeRealtimeAudio experimental_encodeRealtimeAudio
  experimental_filterActiveTools experimental_getRealtimeToolDefinitions experimental_resampleAudio
  experimental_toolCaller extractJsonMiddleware extractReasoningMiddleware filterActiveTools fingerprintTools gateway
  generateId getChunkTimeoutMs getFirstChunkTimeoutMs getStaticToolName getStepTimeoutMs getTextFromDataUrl getToolName
  getToolOrDynamicToolName getToolTimeoutMs getTotalTimeoutMs hasToolCall isCustomContentUIPart isDataUIPart
  isDeepEqualData isDynamicToolUIPart isFileUIPart isLoopFinished isReasoningFileUIPart isReasoningUIPart
  isStaticToolUIPart isStepCount isTextUIPart isToolOrDynamicToolUIPart isToolOutputErrorUIPart isToolUIPart jsonSchema
  lastAssistantMessageIsCompleteWithApprovalResponses lastAssistantMessageIsCompleteWithToolCalls parseJsonEventStream
  parsePartialJson pipeAgentUIStreamToResponse pipeTextStreamToResponse pipeUIMessageStreamToResponse pruneMessages
  readUIMessageStream registerTelemetry registerTelemetryIntegration safeValidateUIMessages
  safeValidateWebSocketChatTransportRequest simulateReadableStream simulateStreamingMiddleware smoothStream stepCountIs
  toTextStream toUIMessageChunk toUIMessageStream tool toolSearch uiMessageChunkSchema validateUIMessages
  wrapEmbeddingModel wrapImageModel wrapLanguageModel wrapProvider zodSchema`.split(/\s+/),
)

const middleware = {
  specificationVersion: 'v3',
  transformParams: async ({ params }: { params: object }) => params,
}

/** What the SDK makes of a wrapped model or provider, by the names that it has in the majors. */
export const MADE_OF_IT: Readonly<Record<string, (call: Call) => object>> = {
  wrapLanguageModel: ({ ai, openai }) =>
    any(ai).wrapLanguageModel!({ model: openai('gpt-5'), middleware }) as object,
  'wrapLanguageModel twice': ({ ai, openai }) =>
    any(ai).wrapLanguageModel!({
      model: any(ai).wrapLanguageModel!({ model: openai('gpt-5'), middleware }),
      middleware: [any(ai).extractReasoningMiddleware!({ tagName: 'think' }), middleware],
    }) as object,
  wrapProvider: ({ ai, openai }) => {
    const provider = any(ai).wrapProvider!({
      provider: openai,
      languageModelMiddleware: middleware,
    })
    return any(provider).languageModel!('gpt-5') as object
  },
  customProvider: ({ ai, openai }) => {
    const make = any(ai).customProvider ?? any(ai).experimental_customProvider
    return any(make!({ languageModels: { fast: openai('gpt-5') } })).languageModel!(
      'fast',
    ) as object
  },
  'customProvider, by its fallback': ({ ai, openai }) =>
    any(any(ai).customProvider!({ fallbackProvider: openai })).languageModel!('gpt-5') as object,
  createProviderRegistry: ({ ai, openai }) =>
    any(any(ai).createProviderRegistry!({ openai })).languageModel!('openai:gpt-5') as object,
  'createProviderRegistry, with a separator': ({ ai, openai }) =>
    any(any(ai).createProviderRegistry!({ openai }, { separator: ' > ' })).languageModel!(
      'openai > gpt-5',
    ) as object,
  'a provider as a method': ({ openai }) => openai.languageModel('gpt-5'),
  'a provider as a function': ({ openai }) => openai('gpt-5'),
  chat: ({ openai }) => openai.chat('gpt-5'),
  responses: ({ openai }) => openai.responses('gpt-5'),
}
