import { TestRunner } from 'vitest'

/** Notes on the running test that it uses a cassette, so that the cassette does not count as unused. */
export function noteResent(path: string): void {
  const test = TestRunner.getCurrentTest()
  if (test === undefined) return
  const { resent = [], ...retake } = test.meta.retake ?? {}
  test.meta.retake = { ...retake, resent: [...new Set([...resent, path])] }
}
