/** A value of an attribute, in the JSON of OTLP. Whole numbers are texts, since JSON has none of 64 bits. */
type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values: readonly KeyValue[] } }

export interface KeyValue {
  readonly key: string
  readonly value: AnyValue
}

/** Values of `kind`. */
export const SPAN_KIND = { internal: 1, server: 2, client: 3 } as const
/** Values of `status.code`. */
export const STATUS = { unset: 0, ok: 1, error: 2 } as const

/** Something that happened within a span. */
export interface OtlpEvent {
  readonly timeUnixNano: string
  readonly name: string
  readonly attributes: readonly KeyValue[]
}

/** @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly KeyValue[]
  readonly events: readonly OtlpEvent[]
  readonly status: { readonly code: number; readonly message?: string }
}

/** Attributes by name. Those that are `undefined` are left out. */
export type Attributes = Readonly<Record<string, unknown>>

/** Attributes as a list. Values of JSON, such as messages, keep their structure. */
export function toKeyValues(attributes: Attributes): readonly KeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]) => {
    const any = toAnyValue(value)
    return any === undefined ? [] : [{ key, value: any }]
  })
}

function toAnyValue(value: unknown): AnyValue | undefined {
  switch (typeof value) {
    case 'string':
      return { stringValue: value }
    case 'boolean':
      return { boolValue: value }
    case 'number':
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value }
    case 'object':
      break
    default:
      return undefined
  }
  if (value === null) return undefined
  if (!Array.isArray(value)) return { kvlistValue: { values: toKeyValues(value as Attributes) } }
  const values = value.flatMap((item) => toAnyValue(item) ?? [])
  return { arrayValue: { values } }
}

/** A time in milliseconds since the epoch, or after another one, as nanoseconds. */
export function toNanoseconds(time: string, afterMs = 0): string {
  const ms = BigInt(Date.parse(time))
  return String(ms * 1_000_000n + BigInt(Math.round(Math.max(0, afterMs) * 1_000_000)))
}
