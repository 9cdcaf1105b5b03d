import type { Encoded, EventRecord } from '@retake/format'
import { isObject } from '../exchange/stored-value.ts'
import { type Attributes, type OtlpEvent, toKeyValues, toNanoseconds } from './otlp.ts'
import { textOf } from '../exchange/text-of.ts'

/** A decision, a score, a message or the like, as something that happened within a span. */
export function toSpanEvent(event: EventRecord): OtlpEvent {
  const { name, attributes } = describe(event)
  return {
    timeUnixNano: toNanoseconds(event.startedAt),
    name,
    attributes: toKeyValues({ ...attributes, 'retake.seq': event.seq }),
  }
}

function describe({ kind, name, outcome, attributes = {} }: EventRecord): {
  readonly name: string
  readonly attributes: Attributes
} {
  const value = outcome?.value
  switch (kind) {
    case 'score':
      return {
        name: 'gen_ai.evaluation.result',
        attributes: {
          'gen_ai.evaluation.name': name,
          ...(typeof value === 'number'
            ? { 'gen_ai.evaluation.score.value': value }
            : { 'gen_ai.evaluation.score.label': value === undefined ? undefined : textOf(value) }),
          'gen_ai.evaluation.explanation': attributes.comment,
        },
      }
    case 'error':
      return {
        name: 'exception',
        attributes: { 'exception.type': name, 'exception.message': messageOf(value) },
      }
    case 'message':
      return {
        name: 'retake.message',
        attributes: { 'retake.message.role': name, 'retake.message.content': value },
      }
    case 'decision':
      return { name: 'retake.decision', attributes: { 'retake.decision': value } }
    default:
      return { name, attributes }
  }
}

function messageOf(value: Encoded | undefined): string | undefined {
  const message = isObject(value) ? value.message : value
  return typeof message === 'string' ? message : undefined
}
