// Each contestant as its documentation says to set it up for production, batching on. They are loaded
// when they are chosen, since loading some of them patches other modules.
//
// A contestant wraps a model: `call` one that gives an answer, `stream` one that gives an async iterable.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '../shared/temporary.mjs'
import { CHUNK_MARK } from '../shared/delivered.mjs'
import { createFloor, createLineWriter, createSender, lookThrough } from './floor.mjs'

/** By name: opens a contestant that sends to a service at `url`. */
export const CONTESTANTS = {
  bare: async () => create({ call: (model) => model, stream: (model) => model }),
  floor: async ({ url }) => create(createFloor(createSender(`${url}/floor`))),
  'floor, on disk': () => openFloorOnDisk(),
  'floor, on disk, redacted': () => openFloorOnDisk(lookThrough),
  Retake: () => openRetake({ sessions: 'burst' }),
  'Retake, in memory': () => openRetake({ sessions: 'burst', inMemory: true }),
  'Retake, a session per call': () => openRetake({ sessions: 'call' }),
  OpenTelemetry: openOpenTelemetry,
  Langfuse: openLangfuse,
  LangSmith: openLangSmith,
  Laminar: openLaminar,
  Braintrust: openBraintrust,
}

/** Those that record. */
export const RECORDERS = Object.keys(CONTESTANTS).filter((name) => name !== 'bare')

/**
 * @param call wraps a model that gives an answer.
 * @param stream wraps a model that gives an async iterable.
 * @param within what a burst of calls runs in.
 * @param flush resolves when all is delivered.
 * @param stored how many calls and chunks were kept, for a contestant that sends to no service.
 */
function create({ call, stream, within = (fn) => fn(), flush = async () => {}, stored }) {
  return { call, stream, within, flush, stored }
}

async function openFloorOnDisk(prepare) {
  const path = join(temporaryDirectory(), 'calls.jsonl')
  return create({
    ...createFloor(createLineWriter(path, prepare)),
    async stored() {
      const text = readFileSync(path, 'utf8')
      return { calls: text.split('\n').length - 1, chunks: text.split(CHUNK_MARK).length - 1 }
    },
  })
}

async function openRetake({ sessions, inMemory = false }) {
  const { createRetake, call } = await import('@retake/core')
  const { createDirectoryStore } = await import('@retake/core/stores/directory')
  const { createMemoryStore } = await import('@retake/core/stores/memory')
  const store = inMemory
    ? createMemoryStore()
    : createDirectoryStore({ directory: temporaryDirectory() })
  const retake = createRetake({ store })
  const inSession = (fn) => retake.session({ name: 'bench' }, fn)
  const perCall = sessions === 'call'
  const wrap = (op) => (model) => {
    const recorded = (request) =>
      call(
        { kind: 'llm', name: 'fake/fake-1', op, model: 'fake-1', provider: 'fake', request },
        () => model(request),
      )
    return perCall ? (request) => inSession(() => recorded(request)) : recorded
  }
  return create({
    call: wrap('generate'),
    stream: wrap('stream'),
    // A server has a session per request, and is never flushed: what is written stays with the system.
    ...(perCall ? {} : { within: inSession, flush: () => retake.flush() }),
    stored: () => countStored(retake.store),
  })
}

async function countStored(store) {
  let calls = 0
  let chunks = 0
  for (const { id } of await store.list({ limit: 1_000_000 })) {
    const { events } = await store.load(id)
    for (const { state, outcome } of events) {
      if (state !== 'ok' || outcome === undefined) continue
      calls++
      chunks += outcome.stream?.parts.length ?? 0
    }
  }
  return { calls, chunks }
}

async function openOpenTelemetry({ url }) {
  const { trace } = await import('@opentelemetry/api')
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base')
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }))
  await registerProvider(processor)
  const tracer = trace.getTracer('bench')
  const start = ({ model, messages }) => ({
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': model,
      'gen_ai.input.messages': JSON.stringify(messages),
    },
  })
  return create({
    call: (model) => (request) =>
      tracer.startActiveSpan('chat fake-1', start(request), async (span) => {
        const answer = await model(request)
        span.setAttribute('gen_ai.output.messages', JSON.stringify([answer]))
        span.end()
        return answer
      }),
    // As its conventions say: the message that the chunks make up.
    stream: (model) =>
      async function* (request) {
        const span = tracer.startSpan('chat fake-1', start(request))
        let text = ''
        for await (const chunk of model(request)) {
          text += chunk.delta
          yield chunk
        }
        const answer = { role: 'assistant', parts: [{ type: 'text', content: text }] }
        span.setAttribute('gen_ai.output.messages', JSON.stringify([answer]))
        span.end()
      },
    flush: () => processor.forceFlush(),
  })
}

async function openLangfuse({ url }) {
  const { LangfuseSpanProcessor } = await import('@langfuse/otel')
  const { observe, startObservation } = await import('@langfuse/tracing')
  const processor = new LangfuseSpanProcessor({
    publicKey: 'pk-lf-bench',
    secretKey: 'sk-lf-bench',
    baseUrl: url,
  })
  await registerProvider(processor)
  return create({
    call: (model) => observe(model, { name: 'chat fake-1', asType: 'generation' }),
    // By hand, since `observe` ends its span before an async generator is read.
    stream: (model) =>
      async function* (request) {
        const options = { asType: 'generation' }
        const generation = startObservation('chat fake-1', { input: request }, options)
        let text = ''
        for await (const chunk of model(request)) {
          text += chunk.delta
          yield chunk
        }
        generation.update({ output: text }).end()
      },
    flush: () => processor.forceFlush(),
  })
}

async function openLangSmith({ url }) {
  const { Client } = await import('langsmith')
  const { traceable } = await import('langsmith/traceable')
  const client = new Client({ apiUrl: url, apiKey: 'lsv2-bench' })
  const wrap = (model) =>
    traceable(model, { name: 'chat fake-1', run_type: 'llm', client, tracingEnabled: true })
  return create({ call: wrap, stream: wrap, flush: () => client.awaitPendingTraceBatches() })
}

async function openLaminar({ url }) {
  const { Laminar, observe } = await import('@lmnr-ai/lmnr')
  const { protocol, hostname, port } = new URL(url)
  Laminar.initialize({
    projectApiKey: 'bench',
    baseUrl: `${protocol}//${hostname}`,
    httpPort: Number(port),
    forceHttp: true,
  })
  const wrap = (model) => (request) =>
    observe({ name: 'chat fake-1', spanType: 'LLM' }, model, request)
  return create({ call: wrap, stream: wrap, flush: () => Laminar.flush() })
}

async function openBraintrust({ url }) {
  const { initLogger, wrapTraced } = await import('braintrust')
  const logger = initLogger({
    projectName: 'bench',
    apiKey: 'bench',
    appUrl: url,
    orgName: 'bench',
  })
  const wrap = (model) => wrapTraced(model, { name: 'chat fake-1', type: 'llm' })
  return create({ call: wrap, stream: wrap, flush: () => logger.flush() })
}

async function registerProvider(processor) {
  const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node')
  new NodeTracerProvider({ spanProcessors: [processor] }).register()
}
