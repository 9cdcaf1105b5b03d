import { test as vitestTest, type TestAPI } from 'vitest'
import type { TestOptions } from './options.ts'
import { recordedTest } from './recorded-test.ts'
import { sessionOf, type TestSession } from './test-session.ts'

/** What tests are given besides what vitest gives them. */
export interface TestFixtures {
  /** The session in which the test runs. */
  readonly session: TestSession
}

/**
 * Makes a test function of which each test runs in a session of its own, hooks included, with a cassette beside the test
 * file: `__cassettes__/<file>/<test>.cassette.json`. A failed test writes none.
 */
export function createTest(options: TestOptions = {}): TestAPI<TestFixtures> {
  const extended = vitestTest.extend<TestFixtures>({
    session: async ({ task }, use) => {
      const session = sessionOf(task)
      if (session === undefined) throw new Error(`"${task.name}" runs outside of its session.`)
      await use(session)
    },
  })
  return recordedTest(extended as TestAPI<TestFixtures>, options)
}

/** Vitest's `test`, with a cassette for each test. */
export const test: TestAPI<TestFixtures> = createTest()
