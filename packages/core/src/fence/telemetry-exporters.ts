import type { FieldOf } from './outgoing.ts'
import type { RequestTarget } from './request-pattern.ts'

/**
 * Where tools that watch an app send what they have seen, by host and path. Nothing that a session does depends on the
 * answers. What a vendor answers besides, such as prompts and feature flags, is not listed; nor are its gateways to
 * models.
 */
const ENDPOINTS: readonly (readonly [host: string, path: string])[] = [
  // LangSmith
  [
    String.raw`(?:[\w-]+\.)*api\.smith\.langchain\.com`,
    String.raw`/(?:api/v1/|v1/|v2/)?(?:runs(?:/batch|/multipart|/[0-9a-f-]{36})?|feedback(?:/[\w-]+)?|info|otel/v1/\w+)`,
  ],
  // Sentry
  [
    String.raw`(?:[\w-]+\.)*sentry\.io`,
    String.raw`/api/\d+/(?:envelope|store|minidump|security|unreal|integration/otlp/v1/\w+)`,
  ],
  // PostHog
  [
    String.raw`(?:[\w-]+\.)*posthog\.com`,
    String.raw`/(?:batch|capture|e|s|track|engage|i/v0/(?:e|ai|logs)(?:/\w+)*|i/v1/\w+(?:/\w+)*)`,
  ],
  // Langfuse
  [
    String.raw`(?:[\w-]+\.)*langfuse\.com`,
    String.raw`/api/public/(?:ingestion|scores|media(?:/[\w-]+)?|otel/v1/\w+)`,
  ],
  // Helicone
  [
    String.raw`(?:api|api\.us|api\.eu|api\.worker|us\.api|eu\.api)\.(?:helicone\.ai|hconeai\.com)`,
    String.raw`/(?:custom/|oai/|openai/|anthropic/)?v1/(?:log|trace|property)(?:/[\w-]+)*`,
  ],
  // Braintrust
  [
    String.raw`(?:api|api-eu|app|www)\.braintrust(?:data)?\.(?:dev|com)`,
    String.raw`/(?:logs3(?:/overflow)?|attachment|version|ping|api/apikey/login|api/(?:project|experiment|dataset)/register|v1/project_logs/[\w-]+/(?:insert|feedback)|otel/v1/\w+)`,
  ],
  // Datadog
  [
    String.raw`[\w.-]*(?:intake|logs|trace\.agent|otlp)[\w.-]*\.(?:datadoghq\.(?:com|eu)|ddog-gov\.com)`,
    '/.*',
  ],
  [
    String.raw`api\.(?:[\w-]+\.)*(?:datadoghq\.(?:com|eu)|ddog-gov\.com)`,
    String.raw`/(?:api/(?:v1|v2|beta)/(?:series|distribution_points|check_run|events|validate|sketches|spans|intake/[\w/-]+)|api/intake/[\w/-]+|evp_proxy/.*)`,
  ],
  [String.raw`(?:localhost|127\.0\.0\.1|\[::1\]|datadog-agent|dd-agent):8126`, '/.*'],
  // Honeycomb
  [
    String.raw`api\.(?:eu1\.)?honeycomb\.io`,
    String.raw`/1/(?:batch|events|markers|kinesis_events|auth)(?:/[^/]+)?`,
  ],
  // New Relic
  [String.raw`(?:[\w-]+\.)*(?:nr-data\.net|newrelic\.com)`, '/.*'],
  // Weights & Biases
  [String.raw`trace\.wandb\.ai`, String.raw`/(?:call|calls|file|files|obj|table|otel|feedback)/.*`],
  // Opik, AgentOps, Lunary, Portkey, Traceloop, Axiom, Better Stack
  [
    String.raw`(?:www\.)?comet\.com`,
    String.raw`/opik/api/v1/private/(?:traces|spans|feedback-scores|attachment)(?:/.*)?`,
  ],
  [String.raw`(?:api|otlp)\.agentops\.ai`, '/.*'],
  [String.raw`(?:api|app)\.lunary\.ai`, String.raw`/(?:api/report|v1/runs/ingest)`],
  [String.raw`api\.portkey\.ai`, '/v1/logs'],
  [String.raw`api\.axiom\.co`, String.raw`/v1/(?:datasets/[^/]+/ingest|ingest/[^/]+)`],
  [String.raw`(?:in\.logs|[\w-]+)\.(?:betterstack|betterstackdata|logtail)\.com`, '/.*'],
  // Segment, Mixpanel, Amplitude
  [
    String.raw`api\.(?:\w+\.)?segment(?:apis)?\.(?:io|com)`,
    String.raw`/v1/(?:batch|b|track|t|identify|i|page|p|group|g|alias|a|screen|s)`,
  ],
  [String.raw`api(?:-\w+)?\.mixpanel\.com`, String.raw`/(?:track|engage|groups|import|record)`],
  [String.raw`api2?\.(?:\w+\.)?amplitude\.com`, String.raw`/(?:2/httpapi|batch|identify|httpapi)`],
  // Azure Monitor, AWS X-Ray, Google Cloud
  [
    String.raw`(?:[\w-]+\.)*(?:in\.applicationinsights\.azure\.com|livediagnostics\.monitor\.azure\.com|services\.visualstudio\.com)`,
    '/.*',
  ],
  [String.raw`xray\.[\w-]+\.amazonaws\.com`, '/.*'],
  [String.raw`(?:cloudtrace|telemetry|clouderrorreporting)\.googleapis\.com`, '/.*'],
  // Bugsnag, Rollbar
  [String.raw`(?:notify|sessions|otlp)\.bugsnag\.com`, '/.*'],
  [String.raw`api\.rollbar\.com`, String.raw`/api/1/(?:item|items)`],
]

const KNOWN = new RegExp(ENDPOINTS.map(([host, path]) => `^(?:${host}${path}/?)$`).join('|'), 'i')

// A word of each of these hosts: all others cost no more than this look.
const VENDOR =
  /langchain|sentry|posthog|langfuse|helicone|hconeai|braintrust|d(?:ata)?dog|:8126|honeycomb|newrelic|nr-data|wandb|comet|agentops|lunary|portkey|axiom|betterstack|logtail|segment|mixpanel|amplitude|azure|visualstudio|amazonaws|googleapis|bugsnag|rollbar/i

interface Form {
  readonly path: RegExp
  /** Whether its headers say the same, at hosts that nobody knows. */
  readonly says: (header: FieldOf, url: URL) => boolean
}

const ANY_HOST: readonly Form[] = [
  // OpenTelemetry's protocol, by HTTP and by gRPC.
  {
    path: /\/v1(?:development)?\/(?:traces|metrics|logs|profiles)$/,
    says: (header) =>
      /^application\/(?:x-protobuf|protobuf|json)\b/i.test(header('content-type') ?? ''),
  },
  {
    path: /^\/opentelemetry\.proto\.collector\.\w+\.v1(?:development)?\.\w+Service\/Export$/,
    says: () => true,
  },
  // Tools that one can host oneself.
  {
    path: /\/api\/\d+\/(?:envelope|store)\/?$/,
    says: (header, url) =>
      header('x-sentry-auth') !== undefined ||
      url.searchParams.has('sentry_key') ||
      (header('content-type') ?? '').startsWith('application/x-sentry-envelope'),
  },
  {
    path: /\/runs(?:\/batch|\/multipart|\/[0-9a-f-]{36})?$/,
    says: (header) => /^langsmith-/i.test(header('user-agent') ?? ''),
  },
  {
    path: /\/api\/public\/ingestion$/,
    says: (header) =>
      /^basic /i.test(header('authorization') ?? '') || header('x-langfuse-sdk-name') !== undefined,
  },
  { path: /\/loki\/api\/v1\/push$|\/intake\/v2\/(?:events|rum\/events)$/, says: () => true },
]

// What an exporter asks before it sends anything. What else is read may matter to the app.
const ASKED_FIRST = /\/(?:info|version|ping|validate|auth)$/

// Of all requests few are of these: this is all that the others cost.
const LIKELY =
  /\/(?:traces|metrics|logs|profiles|Export|envelope|store|ingestion|push|events|runs)\b/

/**
 * Whether a request tells an observability or analytics service what an app did, as the exporters of LangSmith,
 * OpenTelemetry, Sentry, PostHog, Langfuse, Datadog and others do. Such a request is no work of a session: it is not
 * recorded, and a replay lets it pass.
 *
 * @see docs/decisions/0071-a-fence-around-every-replay.md
 */
export function isTelemetryExport({ method, url }: RequestTarget, header: FieldOf): boolean {
  const isRead = method === 'GET'
  if (VENDOR.test(url.host) && KNOWN.test(url.host + url.pathname))
    return !isRead || ASKED_FIRST.test(url.pathname)
  if (isRead || !LIKELY.test(url.pathname)) return false
  return ANY_HOST.some(({ path, says }) => path.test(url.pathname) && says(header, url))
}
