import type { RunnerTestCase } from 'vitest'

type Test = Pick<RunnerTestCase, 'result' | 'fails'>

/** Whether the attempt that has just run went as it should. It is not when a test was skipped while it ran. */
export function didPass({ result, fails }: Test): boolean {
  return result?.state === (fails === true ? 'fail' : 'pass')
}

/** Whether the attempt that has just run has failed, and with this message. */
export function threwWith(test: Test, message: string): boolean {
  const { state, errors } = test.result ?? {}
  return state === 'fail' && errors?.some((error) => error.message === message) === true
}

/**
 * Fails a test that is expected to fail: what a replay fails with is not what it was expected to fail with. Vitest turns the
 * state of such a test around.
 */
export function failUnexpectedly({ result }: Test, { name, message, stack }: Error): void {
  if (result === undefined) return
  result.state = 'pass'
  result.errors = [...(result.errors ?? []), { name, message, ...(stack && { stack }) }]
}
