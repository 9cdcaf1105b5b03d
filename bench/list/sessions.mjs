import { newId } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'

const MINUTE_MS = 60_000
const PROMPT = 'The harvest of 1846 failed, and with it the hopes of the village. '.repeat(12)
const ANSWER = 'Grade 4: the argument holds, the sources are missing. '.repeat(8)

/** Sessions of five to ten events and about 12 KB each, one a minute, as a server would have left them. */
export function makeSessions(directory, count) {
  const store = createDirectoryStore({ directory })
  const firstMs = Date.now() - count * MINUTE_MS
  for (let index = 0; index < count; index++) {
    const startedMs = firstMs + index * MINUTE_MS
    makeSession(store, startedMs, index)
  }
}

function makeSession(store, startedMs, index) {
  const isoAfter = (ms) => new Date(startedMs + ms).toISOString()
  const events = 5 + (index % 6)
  const log = store.open(header(startedMs, index, isoAfter))
  for (let seq = 1; seq <= events; seq++)
    log.appendAll(callOf(seq, newId(startedMs + seq), isoAfter))
  // One in fifty was killed.
  if (index % 50 > 0) log.append(endOf(index, events, isoAfter))
  log.close()
}

function header(startedMs, index, isoAfter) {
  return {
    v: 1,
    type: 'session',
    id: newId(startedMs),
    name: 'POST /grade',
    agent: index % 3 === 0 ? 'tutor' : 'grader',
    goal: 'Grade an essay',
    tags: ['env:dev', `run:${index}`],
    service: 'grader',
    startedAt: isoAfter(0),
    capture: 'redacted',
    seed: index,
    request: {
      method: 'POST',
      url: `/grade?essay=${index}`,
      headers: { 'content-type': 'application/json' },
      body: { essay: PROMPT },
    },
  }
}

function callOf(seq, id, isoAfter) {
  const [kind, name] = seq % 2 === 1 ? ['llm', 'openai/gpt-4o'] : ['tool', 'sources']
  const request = { messages: [{ role: 'user', content: `${PROMPT}${seq}` }] }
  const what = { kind, name, path: 'POST /grade > agent:grader', ord: seq, fp: '' }
  return [
    { type: 'event', id, seq, ...what, startedAt: isoAfter(seq), state: 'pending', request },
    { type: 'event', seq, done: seq, ms: 812.4, state: 'ok', outcome: { value: { text: ANSWER } } },
  ]
}

function endOf(index, events, isoAfter) {
  const hasFailed = index % 20 === 1
  return {
    type: 'end',
    status: 'completed',
    endState: hasFailed ? 'failure' : 'success',
    ...(hasFailed && { endReason: 'Error: the model gave up' }),
    endedAt: isoAfter(9000),
    totals: {
      events,
      kinds: { llm: events },
      errors: hasFailed ? 1 : 0,
      usage: { inputTokens: 96 * events, outputTokens: 12 * events },
      costUsd: events / 100,
    },
  }
}
