// Each contestant as its documentation says to set it up for production, batching on. They are loaded
// when they are chosen, since loading some of them patches LangChain.

import { temporaryDirectory } from '../shared/temporary.mjs'

/** By name: opens a contestant that sends to a service at `url`. */
export const CONTESTANTS = {
  bare: async () => create(),
  'empty handler': openEmpty,
  Retake: openRetake,
  Langfuse: openLangfuse,
  LangSmith: openLangSmith,
  OpenInference: openOpenInference,
}

/** Those that record, the first of which is measured against the others. */
export const RECORDERS = ['Retake', 'Langfuse', 'LangSmith', 'OpenInference']

/**
 * @param callbacks handed to every call.
 * @param within what a burst of calls runs in.
 * @param flush resolves when all is delivered.
 * @param stored how many calls were kept, for a contestant that sends to no service.
 */
function create({ callbacks, within = (fn) => fn(), flush = async () => {}, stored } = {}) {
  return { callbacks, within, flush, stored }
}

async function openEmpty() {
  const { BaseCallbackHandler } = await import('@langchain/core/callbacks/base')
  class EmptyHandler extends BaseCallbackHandler {
    name = 'empty'
    handleChatModelStart() {}
    handleLLMNewToken() {}
    handleLLMEnd() {}
  }
  return create({ callbacks: [new EmptyHandler()], flush: await callbacksDone() })
}

async function openRetake() {
  const { createRetake } = await import('@retake/core')
  const { createDirectoryStore } = await import('@retake/core/stores/directory')
  const { RetakeCallbackHandler } = await import('@retake/langchain')
  const store = createDirectoryStore({ directory: temporaryDirectory() })
  const retake = createRetake({ store })
  return create({
    callbacks: [new RetakeCallbackHandler()],
    within: (fn) => retake.session({ name: 'burst' }, fn),
    flush: () => retake.flush(),
    stored: () => countCalls(retake.store),
  })
}

async function countCalls(store) {
  const sessions = await store.list()
  const loaded = await Promise.all(sessions.map(({ id }) => store.load(id)))
  const events = loaded.flatMap((session) => session.events)
  const calls = events.filter(
    ({ kind, state, outcome }) => kind === 'llm' && state === 'ok' && outcome,
  )
  return { calls: calls.length }
}

async function openLangfuse({ url }) {
  const { LangfuseSpanProcessor } = await import('@langfuse/otel')
  const { CallbackHandler } = await import('@langfuse/langchain')
  const processor = new LangfuseSpanProcessor({
    publicKey: 'pk-lf-bench',
    secretKey: 'sk-lf-bench',
    baseUrl: url,
  })
  await registerProvider(processor)
  const done = await callbacksDone()
  return create({
    callbacks: [new CallbackHandler()],
    flush: async () => {
      await done()
      await processor.forceFlush()
    },
  })
}

async function openLangSmith({ url }) {
  const { Client } = await import('langsmith')
  const { LangChainTracer } = await import('@langchain/core/tracers/tracer_langchain')
  const client = new Client({ apiUrl: url, apiKey: 'lsv2-bench' })
  const done = await callbacksDone()
  return create({
    callbacks: [new LangChainTracer({ client, projectName: 'bench' })],
    flush: async () => {
      await done()
      await client.awaitPendingTraceBatches()
    },
  })
}

async function openOpenInference({ url }) {
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-proto')
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base')
  const { LangChainInstrumentation } =
    await import('@arizeai/openinference-instrumentation-langchain')
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }))
  await registerProvider(processor)
  new LangChainInstrumentation().manuallyInstrument(
    await import('@langchain/core/callbacks/manager'),
  )
  const done = await callbacksDone()
  return create({
    flush: async () => {
      await done()
      await processor.forceFlush()
    },
  })
}

async function registerProvider(processor) {
  const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node')
  new NodeTracerProvider({ spanProcessors: [processor] }).register()
}

// LangChain runs handlers in the background, and has to be asked whether they are through.
async function callbacksDone() {
  const { awaitAllCallbacks } = await import('@langchain/core/callbacks/promises')
  return awaitAllCallbacks
}
