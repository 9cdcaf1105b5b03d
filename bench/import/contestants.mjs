/** What is imported, by name. */
export const CONTESTANTS = {
  node: [],
  '@retake/core': ['@retake/core'],
  '@retake/hono': ['@retake/hono'],
  langsmith: ['langsmith', 'langsmith/traceable'],
  OpenTelemetry: [
    '@opentelemetry/api',
    '@opentelemetry/sdk-trace-node',
    '@opentelemetry/exporter-trace-otlp-http',
  ],
  langfuse: ['@langfuse/tracing', '@langfuse/otel'],
  braintrust: ['braintrust'],
  lmnr: ['@lmnr-ai/lmnr'],
  ai: ['ai'],
  '@langchain/core': ['@langchain/core/language_models/chat_models'],
  nock: ['nock'],
  msw: ['msw', 'msw/node'],
  undici: ['undici'],
  polly: ['@pollyjs/core', '@pollyjs/adapter-fetch', '@pollyjs/persister-fs'],
}
