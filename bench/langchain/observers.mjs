// The recorders again, with what they record kept in memory, and told in one form:
// `{ id, parent, kind, state, text, usage }`, where `kind` is request, model, tool, embedding or other.

/** By name: opens a recorder that keeps all it is told. */
export const OBSERVERS = {
  Retake: openRetake,
  Langfuse: openLangfuse,
  LangSmith: openLangSmith,
  OpenInference: openOpenInference,
}

async function openRetake() {
  const { createRetake } = await import('@retake/core')
  const { createMemoryStore } = await import('@retake/core/stores/memory')
  const { retakeEmbeddings, RetakeCallbackHandler } = await import('@retake/langchain')
  const store = createMemoryStore()
  const retake = createRetake({ store })
  const callbacks = [new RetakeCallbackHandler()]
  return {
    request: (name, fn) => retake.session({ name }, () => fn({ callbacks })),
    embeddings: retakeEmbeddings,
    async observed() {
      const sessions = await store.list()
      const logs = await Promise.all(sessions.map(({ id }) => store.load(id)))
      return logs.flatMap(fromSession)
    },
  }
}

function fromSession({ session, events }) {
  const request = { id: session.id, kind: 'request', state: 'ok', text: session.name }
  return [request, ...events.map((event) => fromEvent(session, event))]
}

const RETAKE_KINDS = { llm: 'model', tool: 'tool', embedding: 'embedding' }

function fromEvent(session, event) {
  const { inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = event.usage ?? {}
  return {
    id: `${session.id} ${event.seq}`,
    parent: event.parent === undefined ? session.id : `${session.id} ${event.parent}`,
    kind: RETAKE_KINDS[event.kind] ?? 'other',
    state: event.state === 'pending' ? 'open' : event.state === 'error' ? 'error' : 'ok',
    text: JSON.stringify(event),
    usage: {
      input: inputTokens,
      cached: cachedInputTokens,
      output: outputTokens,
      reasoning: reasoningTokens,
    },
  }
}

async function openLangfuse() {
  const { LangfuseSpanProcessor } = await import('@langfuse/otel')
  const { CallbackHandler } = await import('@langfuse/langchain')
  const { startActiveObservation } = await import('@langfuse/tracing')
  const observed = await observeSpans((exporter) => new LangfuseSpanProcessor({ exporter }), {
    kind: 'langfuse.observation.type',
    kinds: { generation: 'model', tool: 'tool', embedding: 'embedding' },
    isError: ({ attributes }) => attributes['langfuse.observation.level'] === 'ERROR',
    usage(attributes) {
      const usage = JSON.parse(attributes['langfuse.observation.usage_details'] ?? '{}')
      const { input, input_cache_read: cached, output, output_reasoning: reasoning } = usage
      return { input, cached, output, reasoning }
    },
  })
  return {
    request: (name, fn) =>
      startActiveObservation(name, () => fn({ callbacks: [new CallbackHandler()] })),
    embeddings: (embeddings) => embeddings,
    observed,
  }
}

async function openOpenInference() {
  const { trace } = await import('@opentelemetry/api')
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base')
  const { LangChainInstrumentation } =
    await import('@arizeai/openinference-instrumentation-langchain')
  const observed = await observeSpans((exporter) => new BatchSpanProcessor(exporter), {
    kind: 'openinference.span.kind',
    kinds: { LLM: 'model', TOOL: 'tool', EMBEDDING: 'embedding' },
    isError: ({ status }) => status.code === 2,
    usage: (attributes) => ({
      input: attributes['llm.token_count.prompt'],
      cached: attributes['llm.token_count.prompt_details.cache_read'],
      output: attributes['llm.token_count.completion'],
      reasoning: attributes['llm.token_count.completion_details.reasoning'],
    }),
  })
  new LangChainInstrumentation().manuallyInstrument(
    await import('@langchain/core/callbacks/manager'),
  )
  return {
    request: (name, fn) =>
      trace.getTracer('app').startActiveSpan(name, async (span) => {
        try {
          return await fn({})
        } finally {
          span.end()
        }
      }),
    embeddings: (embeddings) => embeddings,
    observed,
  }
}

// Spans get to an exporter when they end: one that never does is not seen.
async function observeSpans(createProcessor, { kind, kinds, isError, usage }) {
  const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node')
  const { InMemorySpanExporter } = await import('@opentelemetry/sdk-trace-base')
  const { awaitAllCallbacks } = await import('@langchain/core/callbacks/promises')
  const exporter = new InMemorySpanExporter()
  const processor = createProcessor(exporter)
  new NodeTracerProvider({ spanProcessors: [processor] }).register()
  return async () => {
    await awaitAllCallbacks()
    await processor.forceFlush()
    return exporter.getFinishedSpans().map((span) => ({
      id: span.spanContext().spanId,
      parent: span.parentSpanContext?.spanId,
      kind: span.name.startsWith('request') ? 'request' : (kinds[span.attributes[kind]] ?? 'other'),
      state: isError(span) ? 'error' : 'ok',
      text: `${span.name} ${JSON.stringify(span.attributes)}`,
      usage: usage(span.attributes),
    }))
  }
}

async function openLangSmith() {
  const { Client } = await import('langsmith')
  const { traceable } = await import('langsmith/traceable')
  const { LangChainTracer } = await import('@langchain/core/tracers/tracer_langchain')
  const { awaitAllCallbacks } = await import('@langchain/core/callbacks/promises')
  const runs = new Map()
  class MemoryClient extends Client {
    async createRun(run) {
      runs.set(run.id, { ...run })
    }
    async updateRun(id, changes) {
      runs.set(id, { ...runs.get(id), ...changes })
    }
  }
  const client = new MemoryClient({ apiUrl: 'http://127.0.0.1:9', apiKey: 'lsv2-bench' })
  process.env.LANGSMITH_TRACING = 'true'
  return {
    // The tracer takes up the run around it when it is made.
    request: (name, fn) =>
      traceable(() => fn({ callbacks: [new LangChainTracer({ client })] }), { name, client })(),
    embeddings: (embeddings) => embeddings,
    async observed() {
      await awaitAllCallbacks()
      // As the service would get them: messages write themselves out.
      return [...runs.values()].map((run) => fromRun(JSON.parse(JSON.stringify(run))))
    },
  }
}

const LANGSMITH_KINDS = { llm: 'model', tool: 'tool', embedding: 'embedding' }

function fromRun(run) {
  const { input_tokens, output_tokens, input_token_details, output_token_details } =
    run.outputs?.generations?.[0]?.[0]?.message?.kwargs?.usage_metadata ?? {}
  return {
    id: run.id,
    parent: run.parent_run_id,
    kind: run.name.startsWith('request') ? 'request' : (LANGSMITH_KINDS[run.run_type] ?? 'other'),
    state: run.error ? 'error' : run.end_time ? 'ok' : 'open',
    text: `${run.name} ${JSON.stringify([run.inputs, run.outputs, run.extra, run.tags, run.error])}`,
    usage: {
      input: input_tokens,
      cached: input_token_details?.cache_read,
      output: output_tokens,
      reasoning: output_token_details?.reasoning,
    },
  }
}
