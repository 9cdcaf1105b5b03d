import type { Encoded, EventRecord, SessionData } from '@retake/format'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'

const STARTED_AT = '2026-03-04T05:06:07.000Z'

const GENERATED: Encoded = {
  content: [
    { type: 'text', text: 'It rains.' },
    { type: 'tool-call', toolCallId: 'c-2', toolName: 'umbrella', input: '{"count":1}' },
  ],
  finishReason: 'stop',
}

const TOTALS = {
  events: 7,
  kinds: { decision: 1, tool: 1, score: 1, llm: 1, effect: 1, message: 1, error: 1 },
  errors: 2,
  usage: { inputTokens: 70, cachedInputTokens: 30, outputTokens: 15, reasoningTokens: 5 },
  costUsd: 0,
}

/** A session with a call of each sort, and something noted in it, as the adapters record it. */
export function weatherSession(): SessionData {
  return {
    session: sessionRecord({
      id: '01a22ede-b6af-7562-89cb-68f07d68c447',
      name: 'forecast',
      agent: 'meteorologist',
      goal: 'tell the weather',
      tags: ['a'],
      service: 'forecast',
      startedAt: STARTED_AT,
    }),
    events: [
      event(1, {
        kind: 'decision',
        name: 'decision',
        outcome: { value: { chosen: 'ask', confidence: 0.5 } },
      }),
      event(2, {
        kind: 'tool',
        name: 'lookup',
        key: 'c-1',
        request: { city: 'Paris' },
        outcome: { value: { rain: true } },
      }),
      event(3, {
        parent: 2,
        kind: 'score',
        name: 'freshness',
        path: 'tool:lookup[c-1]',
        attributes: { comment: 'of today' },
        outcome: { value: 0.9 },
      }),
      event(4, {
        kind: 'llm',
        name: 'openai/gpt-4o',
        model: 'gpt-4o',
        provider: 'openai',
        op: 'generate',
        usage: { inputTokens: 70, cachedInputTokens: 30, outputTokens: 15, reasoningTokens: 5 },
        request: {
          prompt: [
            { role: 'system', content: 'Be brief.' },
            { role: 'user', content: [{ type: 'text', text: 'Weather in Paris?' }] },
          ],
        },
        outcome: { value: GENERATED },
      }),
      event(5, {
        kind: 'effect',
        name: 'notify',
        state: 'error',
        request: { to: 'ann' },
        outcome: { error: error('RangeError', 'no such user') },
      }),
      event(6, { kind: 'message', name: 'assistant', outcome: { value: 'It rains.' } }),
      event(7, {
        kind: 'error',
        name: 'TypeError',
        outcome: { value: error('TypeError', 'handled') },
      }),
    ],
    end: endRecord({
      endState: 'failure',
      endReason: 'nobody was told',
      endedAt: '2026-03-04T05:06:08.000Z',
      totals: TOTALS,
    }),
  }
}

function event(seq: number, fields: Partial<EventRecord>): EventRecord {
  const startedAt = `2026-03-04T05:06:07.${seq}00Z`
  return eventRecord(seq, { path: '', startedAt, ms: 1.5, ...fields })
}

function error(name: string, message: string): Record<string, string> {
  return { $rt: 'error', family: 'opaque', name, message, base: name }
}
