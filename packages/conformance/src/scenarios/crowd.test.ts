import { isRetakeError, scope, type Session } from '@retake/core'
import { createObservedStore, sendRequest, type HttpAnswer } from '@retake/testing'
import { expect } from 'vitest'
import { printFigures } from '../figures.ts'
import { createTestRetake, record, replay } from '../lab.ts'
import { createModel, type Model } from '../model.ts'
import { readParts } from '../provider.ts'
import { FRAMEWORKS, serving, type App } from '../servers.ts'
import { verifies } from '../verifies.ts'

const REQUESTS = 200
const QUESTIONS = Array.from({ length: REQUESTS }, (_, index) => `question ${index}`)
const SLOWEST_MS = 8

/** Answers in several calls that take their time, side by side and one after the other. */
function createApp(model: Model): App {
  const latency = (question: string) => Number(question.split(' ')[1] ?? 0) % SLOWEST_MS
  async function answer(question: string) {
    const first = await model.ask(`${question}, first`, { latency: latency(question) })
    const parallel = await Promise.all(
      ['a', 'b'].map((key) =>
        scope('side', { key }, () => model.ask(`${question}, ${key}`, { latency: 2 })),
      ),
    )
    return { question, answers: [first, ...parallel, await model.search(question)] }
  }
  return {
    answer,
    stream: (question) => model.read(`${question}, read`, { latency: latency(question) % 3 }),
  }
}

interface Visit {
  readonly question: string
  readonly path: string
  readonly recorded: HttpAnswer
}

const idOf = ({ headers }: HttpAnswer) => String(headers['x-session-id'])

/** Whether everything in a body is about one question. */
function isAbout(body: string, question: string): boolean {
  const numbers = [...body.matchAll(/question (\d+)/g)].map(([, number]) => `question ${number}`)
  return numbers.length > 0 && numbers.every((found) => found === question)
}

type Send = (
  question: string,
  path: string,
  headers?: Record<string, string>,
) => Promise<HttpAnswer>

/** All questions at once: every other one is answered as a stream. */
function recordCrowd(send: Send): Promise<readonly Visit[]> {
  return Promise.all(
    QUESTIONS.map(async (question, index) => {
      const path = index % 2 === 0 ? '/answer' : '/stream'
      return { question, path, recorded: await send(question, path) }
    }),
  )
}

/** The same crowd once more: three of four are replays, the others sessions of their own. */
function mixCrowd(send: Send, visits: readonly Visit[]) {
  return Promise.all(
    visits.map(async ({ question, path, recorded }, index) => {
      const isReplay = index % 4 !== 3
      const asking: Record<string, string> = isReplay
        ? { 'x-replay': `${idOf(recorded)};match=strict` }
        : {}
      return { question, isReplay, recorded, again: await send(question, path, asking) }
    }),
  )
}

async function expectNothingCrosses(framework: (typeof FRAMEWORKS)[string]): Promise<number> {
  const store = createObservedStore()
  const model = createModel()
  const retake = createTestRetake({ store })
  return serving(framework(createApp(model), retake), async (url) => {
    const send: Send = (question, path, headers = {}) =>
      sendRequest(url, { path, body: { question }, headers })
    const visits = await recordCrowd(send)
    for (const { question, recorded } of visits) {
      expect(recorded.status).toBe(200)
      expect(isAbout(recorded.body, question)).toBe(true)
      await store.ended(idOf(recorded))
    }
    expect(new Set(visits.map(({ recorded }) => idOf(recorded))).size).toBe(REQUESTS)

    const { calls } = model
    const mixed = await mixCrowd(send, visits)
    for (const { question, isReplay, recorded, again } of mixed) {
      expect(again.status).toBe(200)
      expect(isAbout(again.body, question)).toBe(true)
      expect(again.body === recorded.body).toBe(isReplay)
    }
    // Those that were recorded once more were all streams, of one call each.
    const replayed = mixed.filter(({ isReplay }) => isReplay).length
    expect(model.calls - calls).toBe(REQUESTS - replayed)
    expect(retake.stats()).toMatchObject({ misses: 0, failures: 0, dropped: 0, late: 0 })
    return replayed
  })
}

verifies('crowd:servers', async () => {
  for (const [name, framework] of Object.entries(FRAMEWORKS)) {
    const replayed = await expectNothingCrosses(framework)
    printFigures(`crowd: ${name}: ${REQUESTS} recorded at once, ${replayed} replayed at once`)
  }
})

verifies('crowd:streams-read-late', async () => {
  const retake = createTestRetake()
  const model = createModel()
  const open = (question: string) => async (session: Session) => {
    const parts = model.read(question)
    const first = await parts.next()
    return { id: session.id, first: first.value as string, parts }
  }
  const live = await Promise.all(QUESTIONS.map((question) => retake.session(open(question))))

  // Read to their ends outside of any session, all of them side by side, the last one first.
  const rest = await Promise.all(live.toReversed().map(({ parts }) => readParts(parts)))
  const whole = live.map(({ first }, index) => [first, ...rest.toReversed()[index]!])
  for (const [index, parts] of whole.entries()) {
    expect(parts.every((part) => isAbout(part, QUESTIONS[index]!))).toBe(true)
  }
  const { calls } = model
  await Promise.all(
    live.map(async ({ id }, index) => {
      const { ending, report } = await replay(retake, id, () =>
        readParts(model.read(QUESTIONS[index]!)),
      )
      expect(ending).toEqual({ value: whole[index] })
      expect(report.status).toBe('ok')
    }),
  )
  expect(model.calls).toBe(calls)
})

verifies('crowd:misses-stay-apart', async () => {
  const retake = createTestRetake()
  const model = createModel()
  const sessions = await Promise.all(
    QUESTIONS.map((question) => record(retake, () => model.ask(question, { latency: 1 }))),
  )

  const outcomes = await Promise.all(
    sessions.map(async ({ id, value }, index) => {
      const isEdited = index % 3 === 0
      const asked = QUESTIONS[index]! + (isEdited ? ', edited' : '')
      const ending = await replay(retake, id, () => model.ask(asked))
      return { isEdited, value, ...ending }
    }),
  )
  for (const { isEdited, value, ending, report } of outcomes) {
    if (!isEdited) expect(ending).toEqual({ value })
    else {
      const { error } = ending as { error: unknown }
      expect(isRetakeError(error)).toBe(true)
      expect(error).toMatchObject({ code: 'REPLAY_MISS', data: { session: report.replayOf } })
    }
  }
})
