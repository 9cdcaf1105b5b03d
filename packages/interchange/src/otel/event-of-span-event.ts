import { toStored } from '../exchange/stored-value.ts'
import type { SpanContent } from './event-of-span.ts'
import type { ReadSpanEvent } from './read-spans.ts'
import { textOf } from '../exchange/text-of.ts'

/** What was noted within a span: a score, an error, a message, a decision, or anything else. */
export function contentOfSpanEvent({ name, attributes }: ReadSpanEvent): SpanContent {
  const state = 'ok'
  switch (name) {
    case 'gen_ai.evaluation.result': {
      const comment = attributes['gen_ai.evaluation.explanation']
      const score =
        attributes['gen_ai.evaluation.score.value'] ?? attributes['gen_ai.evaluation.score.label']
      return {
        kind: 'score',
        name: textOf(attributes['gen_ai.evaluation.name'], 'score'),
        state,
        outcome: { value: toStored(score ?? null) },
        ...(typeof comment === 'string' && { attributes: { comment } }),
      }
    }
    case 'exception': {
      const type = textOf(attributes['exception.type'], 'Error')
      const message = textOf(attributes['exception.message'])
      return { kind: 'error', name: type, state, outcome: { value: { name: type, message } } }
    }
    case 'retake.message':
      return {
        kind: 'message',
        name: textOf(attributes['retake.message.role'], 'user'),
        state,
        outcome: { value: toStored(attributes['retake.message.content'] ?? null) },
      }
    case 'retake.decision':
      return {
        kind: 'decision',
        name: 'decision',
        state,
        outcome: { value: toStored(attributes['retake.decision'] ?? null) },
      }
    default: {
      const { 'retake.seq': _seq, ...own } = attributes
      const stored = Object.entries(own).map(([key, value]) => [key, toStored(value)] as const)
      return { kind: 'custom', name, state, attributes: Object.fromEntries(stored) }
    }
  }
}
