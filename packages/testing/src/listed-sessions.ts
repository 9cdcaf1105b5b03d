import type { InboundRequest, SessionRecord } from '@retake/format'
import { type LogRecord, type SessionFilter, type Store, writeSession } from '@retake/store'
import { endRecord, eventRecord, sessionRecord } from '@retake/format/records'

/** A request that made a session. */
export const INBOUND: InboundRequest = { method: 'POST', url: '/grade?class=4', headers: {} }

/** Sessions that differ in all that a list is filtered by, newest first. */
const SESSIONS: readonly (readonly [Partial<SessionRecord> & { id: string }, ...LogRecord[]])[] = [
  [
    { id: 'still-running', agent: 'tutor', startedAt: '2026-01-04T00:00:00.000Z' },
    eventRecord(1, { request: 'Explain HARVESTS' }),
  ],
  [
    {
      id: 'replayed-one',
      name: 'again',
      replayOf: 'cheap-success',
      startedAt: '2026-01-03T00:00:00.000Z',
    },
    endRecord({ endState: 'indeterminate' }),
  ],
  [
    {
      id: 'dear-failure',
      agent: 'grader',
      goal: 'Grade the Essay',
      tags: ['env:dev'],
      startedAt: '2026-01-02T00:00:00.000Z',
    },
    endRecord({
      endState: 'failure',
      endReason: 'Out of budget',
      totals: { events: 2, kinds: { llm: 2 }, errors: 1, usage: {}, costUsd: 2 },
    }),
  ],
  [
    {
      id: 'cheap-success',
      name: 'first',
      agent: 'grader',
      tags: ['env:prod', 'nightly'],
      request: { ...INBOUND, body: { essay: 'On Ice' } },
      startedAt: '2026-01-01T00:00:00.000Z',
    },
    endRecord(),
  ],
]

/** All of them. */
export const ALL: readonly string[] = SESSIONS.map(([{ id }]) => id)

/** What is found by each filter. */
export const FOUND: {
  readonly [Name in keyof SessionFilter]-?: readonly (readonly [
    NonNullable<SessionFilter[Name]>,
    readonly string[],
  ])[]
} = {
  agent: [
    ['grader', ['dear-failure', 'cheap-success']],
    ['grade', []],
  ],
  name: [
    ['first', ['cheap-success']],
    ['First', []],
  ],
  tag: [
    ['nightly', ['cheap-success']],
    ['env', []],
  ],
  endState: [
    ['failure', ['dear-failure']],
    ['indeterminate', ['still-running', 'replayed-one']],
  ],
  hasErrors: [
    [true, ['dear-failure']],
    [false, ['still-running', 'replayed-one', 'cheap-success']],
  ],
  minCostUsd: [
    [0.5, ['replayed-one', 'dear-failure', 'cheap-success']],
    [2, ['dear-failure']],
    [0, ALL],
  ],
  since: [
    ['2026-01-03T00:00:00.000Z', ['still-running', 'replayed-one']],
    ['2026-01-03T01:00:00+01:00', ['still-running', 'replayed-one']],
    ['2027-01-01', []],
  ],
  until: [
    ['2026-01-03T00:00:00.000Z', ['dear-failure', 'cheap-success']],
    ['2026-01-01', []],
  ],
  text: [
    ['CHEAP-', ['cheap-success']],
    ['AGAIN', ['replayed-one']],
    ['Tut', ['still-running']],
    ['grade the essay', ['dear-failure']],
    ['NIGHT', ['cheap-success']],
    ['/GRADE?', ['cheap-success']],
    ['on ice', ['cheap-success']],
    ['harvests', ['still-running']],
    ['budget', ['dear-failure']],
    ['nowhere', []],
    ['', ALL],
  ],
  isReplay: [
    [true, ['replayed-one']],
    [false, ['still-running', 'dear-failure', 'cheap-success']],
  ],
}

/** Writes them, the newest not as the last one. */
export function writeSessions(store: Store): void {
  const [newest, ...others] = SESSIONS
  for (const [fields, ...records] of newest ? [newest, ...others.toReversed()] : []) {
    writeSession(store, sessionRecord(fields), ...records)
  }
}

/** Which sessions were listed. */
export function idsOf(summaries: readonly { readonly id: string }[]): readonly string[] {
  return summaries.map(({ id }) => id)
}
