import { describe, expect, it } from 'vitest'
import { isTelemetryExport } from './telemetry-exporters.ts'

type Case = readonly [request: string, headers?: Readonly<Record<string, string>> | undefined]

const OTLP = { 'content-type': 'application/x-protobuf' }

const EXPORTS: readonly Case[] = [
  ['POST https://api.smith.langchain.com/runs/batch'],
  ['POST https://eu.api.smith.langchain.com/runs/multipart'],
  ['PATCH https://api.smith.langchain.com/runs/0197a1b2-0000-7000-8000-000000000000'],
  ['GET https://api.smith.langchain.com/info'],
  ['POST https://api.smith.langchain.com/otel/v1/traces', OTLP],
  [
    'POST https://langsmith.acme.internal/api/v1/runs/multipart',
    { 'user-agent': 'langsmith-js/0.10.5' },
  ],
  ['POST http://localhost:4318/v1/traces', OTLP],
  ['POST https://otlp.acme.internal/base/v1/metrics', { 'content-type': 'application/json' }],
  ['POST https://collector/v1/logs', OTLP],
  ['POST http://localhost:4317/opentelemetry.proto.collector.trace.v1.TraceService/Export'],
  ['POST https://o123.ingest.us.sentry.io/api/456/envelope/?sentry_key=abc'],
  [
    'POST https://sentry.acme.internal/api/7/envelope/?sentry_key=abc',
    { 'content-type': 'text/plain' },
  ],
  ['POST https://us.i.posthog.com/batch/'],
  ['POST https://eu.i.posthog.com/capture/'],
  ['POST https://us.i.posthog.com/i/v0/e/?ip=0'],
  ['POST https://cloud.langfuse.com/api/public/ingestion'],
  ['POST https://us.cloud.langfuse.com/api/public/otel/v1/traces', OTLP],
  ['POST https://langfuse.acme.internal/api/public/ingestion', { authorization: 'Basic cGs6c2s=' }],
  ['POST https://api.helicone.ai/custom/v1/log'],
  ['POST https://api.hconeai.com/oai/v1/log'],
  ['POST https://api.us.helicone.ai/v1/trace/log'],
  ['POST https://api.braintrust.dev/logs3'],
  ['POST https://www.braintrust.dev/api/apikey/login'],
  ['POST https://api.braintrust.dev/otel/v1/traces', OTLP],
  ['POST https://http-intake.logs.datadoghq.com/api/v2/logs'],
  ['POST https://http-intake.logs.us5.datadoghq.com/v1/input'],
  ['POST https://api.datadoghq.eu/api/v2/series'],
  ['POST https://llmobs-intake.datadoghq.com/api/v2/llmobs'],
  ['PUT http://127.0.0.1:8126/v0.4/traces'],
  ['POST https://api.honeycomb.io/1/batch/agents'],
  ['POST https://api.eu1.honeycomb.io/v1/traces', OTLP],
  ['POST https://log-api.newrelic.com/log/v1'],
  ['POST https://otlp.nr-data.net/v1/traces', OTLP],
  ['POST https://trace.wandb.ai/call/upsert_batch'],
  ['POST https://www.comet.com/opik/api/v1/private/traces/batch'],
  ['POST https://api.segment.io/v1/batch'],
  ['POST https://api.mixpanel.com/track'],
  ['POST https://api2.amplitude.com/2/httpapi'],
  ['POST https://westeurope-5.in.applicationinsights.azure.com/v2.1/track'],
  ['POST https://notify.bugsnag.com/'],
  ['POST https://api.rollbar.com/api/1/item/'],
]

const WORK: readonly Case[] = [
  // Gateways of the same vendors, to models.
  ['POST https://oai.helicone.ai/v1/chat/completions'],
  ['POST https://oai.hconeai.com/v1/chat/completions'],
  ['POST https://ai-gateway.helicone.ai/chat/completions'],
  ['POST https://anthropic.helicone.ai/v1/messages'],
  ['POST https://gateway.helicone.ai/v1/chat/completions'],
  ['POST https://api.braintrust.dev/v1/proxy/chat/completions'],
  ['POST https://api.braintrust.dev/v1/proxy/v1/embeddings'],
  ['POST https://gateway.smith.langchain.com/openai/v1/chat/completions'],
  ['POST https://api.smith.langchain.com/v1/proxy/openai/chat/completions'],
  ['POST https://api.portkey.ai/v1/chat/completions'],
  ['POST https://gateway.us.posthog.com/v1/chat/completions'],
  ['POST https://proxy.lunary.ai/v1/chat/completions'],
  // What decides on what an app does.
  ['GET https://api.smith.langchain.com/commits/acme/prompt/latest'],
  ['GET https://api.smith.langchain.com/runs/0197a1b2-0000-7000-8000-000000000000'],
  ['POST https://api.smith.langchain.com/runs/query'],
  ['POST https://us.i.posthog.com/flags/?v=2'],
  ['POST https://us.i.posthog.com/decide/?v=3'],
  ['GET https://cloud.langfuse.com/api/public/v2/prompts/movie-critic'],
  ['POST https://api.braintrust.dev/v1/prompt'],
  ['GET https://api.datadoghq.com/api/v1/query'],
  ['GET https://sentry.io/api/0/projects/acme/agents/issues/'],
  ['POST https://api.honeycomb.io/1/queries/agents'],
  // Whoever has such a path.
  ['POST https://api.acme.com/v1/traces', { 'content-type': 'text/plain' }],
  ['POST https://api.acme.com/v1/logs'],
  ['GET https://api.acme.com/v1/metrics', OTLP],
  ['POST https://api.acme.com/api/7/envelope'],
  ['POST https://api.acme.com/runs/batch'],
  ['POST https://api.acme.com/api/public/ingestion'],
  ['POST https://evil.com/?https://api.smith.langchain.com/runs/batch'],
  ['POST https://api.smith.langchain.com.evil.com/runs/batch'],
  ['POST https://notapi.rollbar.com.evil/api/1/item'],
  ['POST https://api.openai.com/v1/chat/completions'],
]

function ask([request, headers = {}]: Case): boolean {
  const [method = '', href = ''] = request.split(' ')
  return isTelemetryExport({ method, url: new URL(href) }, (name) => headers[name])
}

const named = (cases: readonly Case[]) => cases.map((asked) => ({ request: asked[0], asked }))

describe('what another tool reports', () => {
  it.each(named(EXPORTS))('is told by host and path: $request', ({ asked }) => {
    expect(ask(asked)).toBe(true)
  })

  it.each(named(WORK))('is none of what an app works with: $request', ({ asked }) => {
    expect(ask(asked)).toBe(false)
  })

  it('is told of long ones too', () => {
    const long = `https://api.acme.com/${'a/'.repeat(5_000)}${'b-'.repeat(5_000)}x`

    expect(ask([`POST ${long}`])).toBe(false)
    expect(ask([`POST https://${'a.'.repeat(100)}sentry.io.acme.com/api/1/envelope`])).toBe(false)
  })
})
