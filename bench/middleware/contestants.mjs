// What a server does besides answering, by name. A contestant gives a middleware for Express and for Hono,
// and wraps the model that a handler asks. It is opened before the framework is loaded, since some patch it.

import { temporaryDirectory } from '../shared/temporary.mjs'

export const CONTESTANTS = {
  plain: async () => create(),
  'an empty middleware': async (options) => createEmpty(options),
  Retake: (options) => openRetake(options),
  'Retake, in memory': (options) => openRetake({ ...options, inMemory: true }),
  'Retake, sampled out': (options) => openRetake({ ...options, sample: 0 }),
  OpenTelemetry: openOpenTelemetry,
}

/** Those that record, of which every request has to be there in the end. */
export const RECORDERS = ['Retake', 'Retake, in memory', 'OpenTelemetry']

/**
 * @param use puts the middleware of a framework into an app.
 * @param call wraps a model.
 * @param flush resolves when all is delivered.
 * @param perRequest how many records are kept of a request.
 * @param stored how many requests, and calls in them, were kept by a contestant that sends to no service.
 */
function create({
  use = () => {},
  call = (model) => model,
  flush = async () => {},
  stored,
  perRequest = 1,
} = {}) {
  return { use, call, flush, stored, perRequest }
}

// What the framework itself takes for going through a middleware: without any, Hono calls the handler at once.
function createEmpty({ framework }) {
  const pass = { hono: (_context, next) => next(), express: (_request, _response, next) => next() }
  return create({ use: (app) => void app.use(pass[framework]) })
}

async function openRetake({ framework, inMemory = false, sample = 1 }) {
  const { call, createRetake } = await import('@retake/core')
  const { createDirectoryStore } = await import('@retake/core/stores/directory')
  const { createMemoryStore } = await import('@retake/core/stores/memory')
  const { retakeMiddleware } = await import(`@retake/${framework}`)
  const store = inMemory
    ? createMemoryStore()
    : createDirectoryStore({ directory: temporaryDirectory() })
  const retake = createRetake({ store, sample })
  return create({
    // A request in which nothing was recorded leaves nothing behind.
    perRequest: 0,
    use: (app) => void app.use(retakeMiddleware(retake)),
    call: (model) => (request) =>
      call({ kind: 'llm', name: 'fake/fake-1', op: 'generate', request }, () => model(request)),
    async stored() {
      const sessions = await store.list({ limit: 1_000_000 })
      const ended = sessions.filter(({ endedAt }) => endedAt !== undefined)
      return { calls: ended.reduce((sum, one) => sum + callsOf(one), 0) }
    },
  })
}

function callsOf({ totals }) {
  return totals.kinds.llm ?? 0
}

async function openOpenTelemetry({ framework, url }) {
  const { trace } = await import('@opentelemetry/api')
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  const { registerInstrumentations } = await import('@opentelemetry/instrumentation')
  const { HttpInstrumentation } = await import('@opentelemetry/instrumentation-http')
  const { BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base')
  const { NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node')
  const processor = new BatchSpanProcessor(new OTLPTraceExporter({ url: `${url}/v1/traces` }))
  const tracerProvider = new NodeTracerProvider({ spanProcessors: [processor] })
  tracerProvider.register()
  const instrumentations = [new HttpInstrumentation()]
  if (framework === 'express') {
    const { ExpressInstrumentation } = await import('@opentelemetry/instrumentation-express')
    instrumentations.push(new ExpressInstrumentation())
  }
  registerInstrumentations({ tracerProvider, instrumentations })
  const tracer = trace.getTracer('bench')
  return create({
    // Of Express there is a span for the handler too.
    perRequest: framework === 'express' ? 2 : 1,
    call: (model) => (request) =>
      tracer.startActiveSpan('chat fake-1', async (span) => {
        span.setAttribute('gen_ai.input.messages', JSON.stringify(request.messages))
        const answer = await model(request)
        span.setAttribute('gen_ai.output.messages', JSON.stringify([answer]))
        span.end()
        return answer
      }),
    flush: () => processor.forceFlush(),
  })
}
