import { join } from 'node:path'
import type { RunnerTestCase } from 'vitest'
import { cassetteFolder, cassetteName } from './cassette-path.ts'
import type { TestOptions } from './options.ts'

/** What is known of a test before it runs. */
export interface Plan {
  /** Path of its cassette. */
  readonly cassette: string
  /** The names of its suites and its own, joined. */
  readonly name: string
  readonly options: TestOptions
}

/** What the reporter is told about a test, in its `meta`. */
export interface RetakeMeta {
  /** File name of its cassette, in the folder of its file's cassettes. */
  readonly cassette: string
}

declare module 'vitest' {
  interface TaskMeta {
    retake?: RetakeMeta
  }
}

const plans = new WeakMap<object, Plan>()
// By file, since a file may be collected again in one process.
const names = new WeakMap<object, Map<string, number>>()

/** Gives a test that has been collected its cassette. Equal names are told apart by their order. */
export function planTest(test: RunnerTestCase, options: TestOptions): void {
  const chain = namesOf(test)
  const plain = cassetteName(chain)
  const used = names.get(test.file) ?? new Map<string, number>()
  names.set(test.file, used)
  // Some file systems do not tell cases apart.
  const repeat = used.get(plain.toLowerCase()) ?? 0
  used.set(plain.toLowerCase(), repeat + 1)
  const cassette = cassetteName(chain, repeat)
  test.meta.retake = { cassette }
  plans.set(test, {
    cassette: join(cassetteFolder(test.file.filepath), cassette),
    name: chain.join(' > '),
    options,
  })
}

/** What is known of a test; `undefined` for one that is none of ours. */
export function planOf(test: object): Plan | undefined {
  return plans.get(test)
}

function namesOf(test: RunnerTestCase): readonly string[] {
  const chain = [test.name]
  for (let suite = test.suite; suite !== undefined; suite = suite.suite) chain.unshift(suite.name)
  return chain
}
