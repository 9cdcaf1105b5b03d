import { existsSync } from 'node:fs'
import { createRetake, isRetakeError, type Retake } from '@retake/core'
import { readCassetteFile } from '@retake/core/stores/cassette-files'
import { createMemoryStore } from '@retake/core/stores/memory'
import type { TestContext } from 'vitest'
import { annotateDrift } from './annotate-drift.ts'
import { processEnvironment, testEnvironment } from './environment.ts'
import { type Action, resolveAction, resolveMode } from './mode.ts'
import { emptyCassette, noCassette } from './no-cassette.ts'
import { didPass, failUnexpectedly, threwWith } from './outcome.ts'
import { type Plan, planOf } from './plan.ts'
import { saveCassette } from './save-cassette.ts'
import { closeTestSession, openTestSession, type OpenTestSession } from './test-session.ts'

/** Runs the hooks of a test and the test itself. Failures of theirs are noted in its result, not thrown. */
type RunTest = () => Promise<void>

interface Run {
  readonly context: TestContext
  readonly plan: Plan
  readonly retake: Retake
  readonly session: OpenTestSession
  readonly runTest: RunTest
}

// What of Retake a person who runs tests has at hand.
const ADVICE =
  'RETAKE_MODE=new, which records the calls that are missing   |   RETAKE_MODE=all, which records the test again'

const UNRECORDED =
  'running the test on your machine, where it is recorded, and committing its cassette'

// How long what a test has left running may hold it, which is less than a hook may take.
const DRAIN_MS = 5_000

const running = new WeakSet<object>()

/**
 * Runs one attempt of a test, with its hooks, in a session of its own: recorded, or replayed.
 *
 * @throws {RetakeError} what fails the test besides its own errors: a miss, whatever the test made of it, leftovers, a
 * cassette that cannot be read, or one that would hold a secret.
 */
export async function runTestInSession(runTest: RunTest, context: TestContext): Promise<void> {
  const { task } = context
  const plan = planOf(task)
  // The suites around a test may each have our hook.
  if (plan === undefined || running.has(task)) return runTest()
  running.add(task)
  try {
    await runPlanned(runTest, context, plan)
  } finally {
    running.delete(task)
  }
}

async function runPlanned(runTest: RunTest, context: TestContext, plan: Plan): Promise<void> {
  const environment = processEnvironment()
  const mode = resolveMode(environment, plan.options.mode)
  const action = resolveAction(mode, existsSync(plan.cassette), environment)
  const session = openTestSession(context.task, action, plan.cassette)
  const retake = createTestInstance(plan, session, action)
  const run = { context, plan, retake, session, runTest }
  try {
    if (action === 'off') await runTest()
    else if (action === 'record') await record(run)
    else await replay(run, action === 'complete')
  } finally {
    closeTestSession(session)
  }
}

function createTestInstance({ options }: Plan, { calls }: OpenTestSession, action: Action): Retake {
  return createRetake({
    drainMs: DRAIN_MS,
    // The report of a replay is what the test fails with, or is annotated with.
    ...(action !== 'record' && { log: false }),
    ...options.retake,
    store: createMemoryStore(),
    environment: testEnvironment(),
    onCall: (call) => void calls.push(call),
  })
}

async function record(run: Run): Promise<void> {
  const { retake, plan, session, runTest } = run
  let settled = Promise.resolve()
  await retake.session({ name: plan.name }, async (opened) => {
    session.attach(opened)
    await runTest()
    settled = opened.settled
  })
  await settled
  await save(run)
}

async function replay(run: Run, mayGoLive: boolean): Promise<void> {
  const { context, plan, retake, session, runTest } = run
  const hasCassette = existsSync(plan.cassette)
  const data = hasCassette ? readCassetteFile(plan.cassette) : emptyCassette(plan.name)
  const policies = mayGoLive ? ({ onMiss: 'live', onLeftover: 'ignore' } as const) : {}
  try {
    await retake.replay(
      data,
      async (opened) => {
        session.attach(opened)
        await runTest()
      },
      { advice: hasCassette ? ADVICE : UNRECORDED, ...plan.options.replay, ...policies },
    )
  } catch (error) {
    throwUnlessKnown(run, hasCassette ? error : explained(run, error))
  }
  await annotateDrift(context, session.report())
  if (mayGoLive) await save(run)
}

// A test that failed by itself has made fewer calls for that, or is failed by the very miss.
function throwUnlessKnown({ context: { task } }: Run, error: unknown): void {
  if (!isRetakeError(error)) throw error
  if (error.code === 'REPLAY_LEFTOVER' && !didPass(task)) return
  if (task.fails === true) return failUnexpectedly(task, error)
  if (!threwWith(task, error.message)) throw error
}

function explained({ plan }: Run, error: unknown): unknown {
  const isMiss = isRetakeError(error) && error.code === 'REPLAY_MISS'
  return isMiss ? noCassette(plan, processEnvironment(), error) : error
}

async function save({ context, plan, retake, session }: Run): Promise<void> {
  if (!didPass(context.task)) return
  const data = await retake.store.load(session.id)
  if (data !== undefined) saveCassette(plan.cassette, data)
}
