import { whyUnreadable, type Exchange } from '@retake/http'
import type { Context } from 'hono'

/**
 * An exchange that records the body of its request when it is over.
 *
 * The body is what `c.req.json()` and the like have read: Hono keeps it. A body that the app took from
 * `c.req.raw`, or left alone, is not recorded: to copy it beforehand would change how it is read.
 */
export function recordingBody(exchange: Exchange, request: Context['req']): Exchange {
  watchBody(exchange, request)
  return {
    scope: exchange.scope,
    isReplay: exchange.isReplay,
    headers: exchange.headers,
    exposed: exchange.exposed,
    status: () => exchange.status(),
    answered: () => exchange.answered(),
    problem: () => exchange.problem(),
    recordBody: (body, withheld) => exchange.recordBody(body, withheld),
    keepsResponse: (status) => exchange.keepsResponse(status),
    compareResponse: (answer) => exchange.compareResponse(answer),
    recordResponse: (answer) => exchange.recordResponse(answer),
    hold: () => exchange.hold(),
    settled: () => exchange.settled(),
    over(reason, answer) {
      recordBody(exchange, request)
      exchange.over(reason, answer)
    },
  }
}

const recorded = new WeakSet<object>()

/**
 * Records the body of a request as soon as the app has read it, so that it is there when the process dies of it. Hono
 * keeps there what it reads.
 *
 * @see docs/decisions/0011-request-bodies.md
 */
export function watchBody(exchange: Exchange, request: Context['req']): void {
  if (!mayHaveBody(request)) return
  const forms = formsOf(request)
  request.bodyCache = new Proxy(request.bodyCache, {
    set(cache, name, value) {
      const isSet = Reflect.set(cache, name, value)
      if (typeof name === 'string' && forms.includes(name)) recordBody(exchange, request)
      return isSet
    },
  })
}

/**
 * Records what the app has read of the body of its request, if that was not done. To be called before the exchange is
 * over.
 */
export function recordBody(exchange: Exchange, request: Context['req']): void {
  if (!mayHaveBody(request) || recorded.has(request)) return
  recorded.add(request)
  const read = cachedBody(request)
  const withheld =
    read === undefined ? whyUnread(request) : whyUnreadable(request.header('content-encoding'))
  if (withheld) return exchange.recordBody(undefined, withheld)
  if (read === undefined) return
  const release = exchange.hold()
  void toRecorded(read)
    .then((body) => exchange.recordBody(body))
    .catch(() => exchange.recordBody(undefined, 'it could not be read'))
    .finally(release)
}

// As it came over the wire where that is at hand; only multipart says more when it is parsed.
const AS_SENT = ['text', 'arrayBuffer', 'blob', 'json', 'formData']
const AS_FIELDS = ['formData', ...AS_SENT]

function mayHaveBody({ method }: Context['req']): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

function cachedBody(request: Context['req']): unknown {
  const cache = request.bodyCache as Readonly<Record<string, unknown>>
  const form = (isMultipart(request) ? AS_FIELDS : AS_SENT).find((name) => name in cache)
  return form && cache[form]
}

// What says all that is recorded of a body, whatever else is read of it later.
function formsOf(request: Context['req']): readonly string[] {
  return isMultipart(request) ? ['formData'] : AS_SENT
}

function isMultipart(request: Context['req']): boolean {
  return request.header('content-type')?.startsWith('multipart/') === true
}

function whyUnread(request: Context['req']): string | undefined {
  const length = request.header('content-length')
  const hasBody =
    length === undefined ? request.header('transfer-encoding') !== undefined : length !== '0'
  return hasBody ? 'the app did not read it with c.req' : undefined
}

async function toRecorded(read: unknown): Promise<unknown> {
  const body = await read
  if (body instanceof FormData) return toFields(body)
  if (body instanceof Blob) return new Uint8Array(await body.arrayBuffer())
  return body instanceof ArrayBuffer ? new Uint8Array(body) : body
}

// Of files, what they are called: their bytes would fill the store.
function toFields(form: FormData): Record<string, unknown> {
  const names = [...new Set(form.keys())]
  return Object.fromEntries(names.map((name) => [name, single(form.getAll(name).map(toField))]))
}

function single(values: readonly unknown[]): unknown {
  return values.length === 1 ? values[0] : values
}

function toField(value: FormDataEntryValue): unknown {
  return typeof value === 'string'
    ? value
    : { file: value.name, type: value.type, size: value.size }
}
