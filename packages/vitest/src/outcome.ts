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
