import type { CallOptions } from '../session/call.ts'
import { monotonicMs } from '../runtime/clock.ts'
import {
  encode,
  requestDoubt,
  type Encoded,
  type EventRecord,
  CHECKED,
  isWellDescribed,
  type Checked,
  fingerprint,
  keepsContent,
  newEventId,
  isoTime,
} from '@retake/format'
import { noteStart } from '../session/lifecycle.ts'
import type { SessionState, SessionScope, StartedCall } from '../session/session-state.ts'
import { countEvent } from '../session/totals.ts'
import { childFrame, nextOrdinal } from '../session/frame.ts'
import { storedAttributes } from '../session/stored.ts'
import { guarded } from '../session/guard.ts'
import { isFollowable } from '../streams/follow-reads.ts'

/**
 * Gives a call its place and its number. Synchronous: start order decides.
 *
 * The fingerprint is always that of the redacted request, so that it is the same on both sides whatever is
 * stored. Where just that is stored, it is worked out when somebody asks for it.
 *
 * @see docs/decisions/0041-fingerprints-when-asked-for.md
 * @see docs/decisions/0009-fingerprint-before-fields.md
 */
export function startCall(scope: SessionScope, options: CallOptions): StartedCall {
  const { session, frame } = scope
  const { kind, op } = options
  const { name, key, model, provider } = safeNames(session, options)
  const segment = `${kind}:${name}`
  const ord = nextOrdinal(frame, segment)
  const { encoded, request, doubt, streams } = encodeRequest(session, options)
  const stored = storedRequest(session, options, encoded, request)
  const attributes = storedAttributes(session, options.attributes)
  noteStart(session)
  countEvent(session.totals, kind)
  const event: EventRecord & Checked = {
    type: 'event',
    id: newEventId(),
    seq: ++session.seq,
    parent: scope.parent,
    kind,
    name,
    op,
    path: frame.path,
    ord,
    key,
    fp: stored === request ? '' : fingerprint(request ?? null),
    startedAt: isoTime(),
    state: 'pending',
    request: stored,
    model,
    provider,
    attributes,
    withheld: doubt,
    after: isAfterAnswer(session) ? true : undefined,
    [CHECKED]: isWellDescribed({ kind, op, name, key, model, provider, attributes }),
  }
  const { onCall } = session.config
  if (onCall) guarded(session, () => onCall({ ...event, request }))
  return { scope, options, request, event, startedMs: monotonicMs(), streams }
}

/** The scope in which the body of a call runs. */
export function scopeBeneath(
  { scope, event }: StartedCall,
  beneath: 'call' | 'leaf',
  live?: true,
): SessionScope {
  const segment = `${event.kind}:${event.name}`
  return {
    session: scope.session,
    frame: childFrame(scope.frame, segment, event.key ?? event.ord),
    parent: event.seq,
    beneath,
    ...(live || scope.live ? { live: true } : {}),
  }
}

// What is made then is not missing from a replay whose answer has just been sent.
function isAfterAnswer({ isAnswered, over }: SessionState): boolean {
  return isAnswered || over !== undefined
}

// They are written into paths, reports and messages, which are not looked at again.
function safeNames(
  { config }: SessionState,
  { name, key, model, provider }: CallOptions,
): Pick<CallOptions, 'name' | 'key' | 'model' | 'provider'> {
  const safe = config.redactor.name
  return {
    name: safe(name),
    key: key && safe(key),
    model: model && safe(model),
    provider: provider && safe(provider),
  }
}

interface EncodedRequest {
  readonly encoded?: Encoded
  /** Redacted. */
  readonly request?: Encoded
  /** Why it cannot be told from other requests. */
  readonly doubt?: string | undefined
  readonly streams?: readonly object[] | undefined
}

function encodeRequest({ config }: SessionState, options: CallOptions): EncodedRequest {
  if (options.request === undefined) return {}
  let withheld = 0
  let streams: Set<object> | undefined
  const encoded = encode(options.request, {
    onWithheld: () => void withheld++,
    onStream(stream) {
      if (!keepsContent(config.capture.level) || !isFollowable(stream)) return false
      streams ??= new Set()
      streams.add(stream)
      return true
    },
  })
  const { value: request, changed } = config.redactor.value(encoded)
  const doubt = withheld > 0 || changed ? requestDoubt(request) : undefined
  config.stats.withheld += withheld || Number(doubt !== undefined)
  return { encoded, request, doubt, streams: streams && [...streams] }
}

function storedRequest(
  { config }: SessionState,
  { kind }: CallOptions,
  encoded: Encoded | undefined,
  redacted: Encoded | undefined,
): Encoded | undefined {
  const request = config.capture.level === 'full' ? encoded : redacted
  return request === undefined ? undefined : config.capture.request(kind, request)
}
