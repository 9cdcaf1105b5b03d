import { type EventRecord, newId, type Outcome, type SessionData } from '@retake/format'
import { draftOf, type Draft } from './draft.ts'
import { deliveryOf, type Delivery } from './delivery.ts'
import type { Exchange, Exchanges } from './exchange.ts'
import type { ImportOptions } from './import-options.ts'
import { importedSession, startOf } from './imported-session.ts'
import { inboundRecords } from './inbound.ts'
import { joinRedirects } from './redirects.ts'

/** A session that was read from another format, and what was not carried over. */
export interface Imported {
  readonly data: SessionData
  readonly notes: readonly string[]
}

/**
 * Makes a session of exchanges: the one that @retake/fetch would have recorded, redacted as it would have been.
 *
 * @param format is named in the session's name unless the options give one.
 */
export function toSession(read: Exchanges, format: string, options: ImportOptions): Imported {
  const ordered = sortByStart(read.exchanges.filter(({ isInbound }) => isInbound !== true))
  const { exchanges, notes } = joinRedirects(ordered)
  const inbound = read.exchanges.find(({ isInbound }) => isInbound === true)
  const startedAt = startOf(options, (inbound ?? exchanges[0])?.startedAt)
  const drafts = exchanges.map((exchange) => draftOf(exchange, options))
  const events = toEvents(exchanges, drafts, startedAt)
  const withheld = events.flatMap(({ withheld }, index) =>
    withheld === undefined ? [] : [`${exchanges[index]?.label} cannot be replayed: ${withheld}`],
  )
  const about = {
    name: `imported from ${format}`,
    startedAt,
    capture: 'redacted' as const,
    ...(inbound && inboundRecords(inbound, options.redactor)),
  }
  const data = importedSession(events, about, options)
  return { data, notes: [...read.notes, ...notes, ...withheld] }
}

function toEvents(
  exchanges: readonly Exchange[],
  drafts: readonly Draft[],
  sessionStart: string,
): readonly EventRecord[] {
  const isTimed = exchanges.some(({ startedAt }) => startedAt !== undefined)
  const deliveries = deliveryOf(
    exchanges,
    drafts.map(({ parts }) => parts?.length),
  )
  const ordinals = new Map<string, number>()

  return exchanges.map(({ startedAt = sessionStart, ms }, index) => {
    const { name, request, head, parts, isRedacted, withheld } = drafts[index] as Draft
    const delivery = deliveries[index] as Delivery
    const ord = ordinals.get(name) ?? 0
    ordinals.set(name, ord + 1)
    const outcome: Outcome = {
      value: head,
      ...(parts && {
        stream: { parts, end: 'complete', bytes: true, ...(isTimed && ticksOf(delivery)) },
      }),
    }
    return {
      type: 'event',
      id: newId(Date.parse(startedAt)),
      seq: index + 1,
      done: delivery.done,
      kind: 'http',
      name,
      path: '',
      ord,
      // It is that of the request.
      fp: '',
      startedAt,
      ...(ms !== undefined && { ms }),
      state: 'ok',
      request,
      outcome,
      ...(isRedacted && { redacted: true as const }),
      ...(withheld !== undefined && { withheld }),
    }
  })
}

// Without times nobody knows which of two answers came first: they come as they are asked for.
function ticksOf({ head, body }: Delivery): { readonly ticks: readonly [number, number][] } {
  const isOneRun = body === head + 1
  return {
    ticks: isOneRun
      ? [[0, head]]
      : [
          [0, head],
          [1, body],
        ],
  }
}

function sortByStart(exchanges: readonly Exchange[]): readonly Exchange[] {
  if (exchanges.some(({ startedAt }) => startedAt === undefined)) return exchanges
  const start = ({ startedAt = '' }: Exchange) => Date.parse(startedAt)
  return exchanges.toSorted((one, other) => start(one) - start(other))
}
