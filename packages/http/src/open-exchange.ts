import {
  isRetakeError,
  ReplayForbiddenError,
  ReplaySessionNotFoundError,
  RetakeError,
  type SessionRecord,
} from '@retake/format'
import type { Retake, ReplayOptions, SessionOptions } from '@retake/core'
import { currentScope, type Scope } from '@retake/core/adapter'
import { openReplayRun, openRun, sessionScopeOf, type Config, guarded } from '@retake/core/host'
import { askedBy, type Asked } from './callers.ts'
import { SessionExchange, type Exchange } from './exchange.ts'
import { HEADER } from './headers.ts'
import { strangerAt, type Stranger } from './local-caller.ts'
import type { HttpOptions } from './http-options.ts'
import { toProblem, type Problem } from './problem.ts'
import { storedRequest, type HttpRequest } from './stored-request.ts'

/** What an adapter does with a request: go on inside a session, or answer with a problem. */
export type Opening = { readonly exchange: Exchange } | { readonly refused: Problem }

/**
 * Opens the session of a request, as its headers and the gate say.
 *
 * Synchronous unless the request asks for a replay: then the recorded session is loaded first.
 *
 * @returns `undefined` for a request that is left as it is: it belongs to a session already, or it is none of ours.
 */
export function openExchange<Native>(
  { config }: Retake,
  request: HttpRequest,
  native: Native,
  options: HttpOptions<Native> = {},
): Opening | Promise<Opening> | undefined {
  if (isInSession(currentScope()) || options.skip?.(native) === true) return undefined
  const asked = askedBy(config, request, native, options)
  if (asked.kind === 'malformed') return malformed(asked)
  return asked.kind === 'replay'
    ? replay(config, request, native, options, asked)
    : capture(config, request, native, options, asked)
}

// A connection, or a server, that was opened in a session which is over serves requests of its own.
function isInSession(scope: Scope | undefined): boolean {
  return scope !== undefined && !sessionScopeOf(scope).session.settled
}

function capture<Native>(
  config: Config,
  request: HttpRequest,
  native: Native,
  options: HttpOptions<Native>,
  { id, hop }: Extract<Asked, { kind: 'capture' }>,
): Opening {
  // Asked at once, since the request may be another one later; the rest is made when it is stored.
  const described = descriptionOf(config, native, options)
  const about = () => aboutOf(config, request, described)
  const isForgettable = !config.keepEmpty
  return { exchange: new SessionExchange(openRun(config, { id, hop, about, isForgettable })) }
}

async function replay<Native>(
  config: Config,
  request: HttpRequest,
  native: Native,
  options: HttpOptions<Native>,
  asked: Extract<Asked, { kind: 'replay' }>,
): Promise<Opening> {
  const { authorize, origins, ...replayOptions } = options.replay ?? {}
  const { id: source, ...wanted } = asked.request
  try {
    if (!authorize) {
      const stranger = strangerAt(request, origins)
      if (stranger) throw forbidden(stranger)
      config.warn('local-callers', OPEN_TO_LOCALS)
    }
    const scope = await openReplayRun(config, {
      source,
      options: { ...replayOptions, ...wanted, ignore: joined(replayOptions, wanted) },
      defaults: DEFAULTS,
      async authorize(session) {
        if (authorize && !(await authorize(native, session))) throw notFound(source)
      },
      about: () => ({
        ...aboutOf(config, request, descriptionOf(config, native, options)),
        hop: asked.hop,
      }),
    })
    return { exchange: new SessionExchange(scope) }
  } catch (error) {
    if (!isRetakeError(error)) throw error
    const isUnknown = error.code === 'REPLAY_SESSION_NOT_FOUND'
    return { refused: toProblem(isUnknown ? notFound(source) : error) }
  }
}

// What the app never has compared, and what this request asks for besides.
function joined(...all: readonly Pick<ReplayOptions, 'ignore'>[]): readonly string[] {
  return all.flatMap(({ ignore = [] }) => ignore)
}

// Its point is to edit code and to run it again.
const DEFAULTS: ReplayOptions = { match: 'lenient' }

type Description = SessionOptions | undefined

function descriptionOf<Native>(
  config: Config,
  native: Native,
  { describe }: HttpOptions<Native>,
): Description {
  return describe && guarded({ config }, () => describe(native))
}

function aboutOf(
  config: Config,
  request: HttpRequest,
  described: Description,
): SessionOptions & { request?: SessionRecord['request'] } {
  const [path = '/'] = request.url.split('?')
  const inbound = guarded({ config }, () => storedRequest(config, request))
  return {
    name: config.redactor.text(`${request.method} ${path}`),
    ...described,
    ...(inbound ? { request: inbound } : {}),
  }
}

function malformed({ why, detail }: Extract<Asked, { kind: 'malformed' }>): Opening {
  const fault = detail === undefined ? why : `${why}: ${detail}`
  const message = `${HEADER.replay} must hold exactly one session id, with parameters such as ;match=strict;miss=live;until=12;tools=live;ignore="body.createdAt". It is ${fault}.`
  return { refused: toProblem(new RetakeError('REPLAY_HEADER_INVALID', message, { why })) }
}

const OPEN_TO_LOCALS = `${HEADER.replay} is open to all callers on this machine. A proxy here that adds no header of its own, such as a bare proxy_pass of nginx, lets everybody in: set replay.authorize where there is one.`

const WHY: Readonly<Record<Stranger, string>> = {
  elsewhere: 'this one is elsewhere',
  forwarded: 'this request was forwarded by a proxy',
  host: 'the Host of this request is no name of this machine. Name its origin in replay.origins',
  origin:
    'this request was made by a page of another site. Name the origin of the page in replay.origins',
}

function forbidden(stranger: Stranger): ReplayForbiddenError {
  return new ReplayForbiddenError(
    `${HEADER.replay} is for callers on this machine, and ${WHY[stranger]}. Set replay.authorize in the middleware to allow others.`,
  )
}

// The same words whether there is no such session or it is not for this caller, and none about the store.
function notFound(id: string): ReplaySessionNotFoundError {
  return new ReplaySessionNotFoundError(
    `There is no session ${id}. A request in which nothing was recorded leaves none, unless keepEmpty is set.`,
    { session: id },
  )
}
