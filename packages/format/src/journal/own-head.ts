import type { CompletionRecord, EventRecord } from '../event.ts'
import type { TickSpan } from './tick-spans.ts'

/** All fields of a record that are written: who adds one is told where else to name it. */
export type EveryField<Kind> = {
  readonly [Field in Exclude<keyof Kind, 'writer' | 'service' | 'hop'>]-?: Kind[Field] | undefined
}

/**
 * The JSON of all but the content of an event that core has made, whose fields are known.
 *
 * Each field by its name: to copy an object takes longer than to write it. `own-line.ts` reads what is written here,
 * in this order.
 *
 * @see docs/decisions/0060-events-are-read-when-looked-at.md
 * @see docs/decisions/0063-copy-less-per-call.md
 */
export function ownHead(
  record: EventRecord | CompletionRecord,
  layout: Layout | undefined,
): string {
  return 'id' in record ? headOfCall(record, layout) : headOfOutcome(record, layout)
}

function headOfCall(event: EventRecord, layout: Layout | undefined): string {
  return JSON.stringify({
    type: 'event',
    layout,
    id: event.id,
    seq: event.seq,
    parent: event.parent,
    kind: event.kind,
    name: event.name,
    op: event.op,
    path: event.path,
    ord: event.ord,
    key: event.key,
    fp: event.fp,
    startedAt: event.startedAt,
    state: event.state,
    model: event.model,
    provider: event.provider,
    attributes: event.attributes,
    withheld: event.withheld,
    served: event.served,
    after: event.after,
    done: event.done,
    instant: event.instant,
    ms: event.ms,
    usage: event.usage,
    costUsd: event.costUsd,
    redacted: event.redacted,
  } satisfies Head<EventRecord>)
}

function headOfOutcome(completion: CompletionRecord, layout: Layout | undefined): string {
  return JSON.stringify({
    type: 'event',
    layout,
    seq: completion.seq,
    done: completion.done,
    instant: completion.instant,
    ms: completion.ms,
    state: completion.state,
    usage: completion.usage,
    costUsd: completion.costUsd,
    attributes: completion.attributes,
    redacted: completion.redacted,
    withheld: completion.withheld,
  } satisfies Head<CompletionRecord>)
}

type Head<Kind> = Omit<EveryField<Kind>, 'request' | 'outcome'> & {
  readonly layout: Layout | undefined
}

/**
 * Where the content of an event lies in its line: the lengths of the texts of `request` and `outcome`, which
 * come last, in UTF-16 code units, and the ticks by which the outcome is handed out, where `done` does not
 * say so.
 */
export type Layout = readonly [request: number, outcome: number, spans?: readonly TickSpan[]]
