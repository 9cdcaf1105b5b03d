import { TestRunner, type TestAPI } from 'vitest'
import type { TestOptions } from './options.ts'
import { planTest } from './plan.ts'
import { runTestInSession } from './run-test.ts'

// Functions of a test that give another one.
const CHAINED = new Set<PropertyKey>(['concurrent', 'sequential', 'skip', 'only', 'todo', 'fails'])
const GIVES_TEST = new Set<PropertyKey>(['extend', 'override', 'scoped', 'skipIf', 'runIf'])
const GIVES_REGISTER = new Set<PropertyKey>(['each', 'for'])

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

// Vitest uses one object for the outermost suite of all files of a process.
const hooked = new WeakMap<object, object>()

/**
 * A test function like `api`, whose tests run in a session of their own, however they are made from it: `test.each`,
 * `test.concurrent`, `test.extend` and what they give.
 *
 * @see docs/decisions/0050-tests-run-inside-a-hook.md
 */
export function recordedTest<Context>(
  api: TestAPI<Context>,
  options: TestOptions,
): TestAPI<Context> {
  return wrap(api, options)
}

function wrap<T extends object>(api: T, options: TestOptions): T {
  return new Proxy(api, {
    apply: (target, self, args) =>
      collect(options, () => Reflect.apply(target as AnyFunction, self, args)),
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (CHAINED.has(name)) return wrap(value, options)
      if (GIVES_TEST.has(name)) {
        return (...args: unknown[]) =>
          wrap(Reflect.apply(value as AnyFunction, target, args) as object, options)
      }
      if (GIVES_REGISTER.has(name)) return registering(value as AnyFunction, target, options)
      return isHook(name) ? (value as AnyFunction).bind(target) : value
    },
  })
}

function registering(make: AnyFunction, target: object, options: TestOptions): AnyFunction {
  return (...cases) => {
    const register = Reflect.apply(make, target, cases) as AnyFunction
    return (...args: unknown[]) => collect(options, () => Reflect.apply(register, undefined, args))
  }
}

// The hooks that take fixtures find them by the function that they are called on.
function isHook(name: PropertyKey): boolean {
  return typeof name === 'string' && /^(?:before|after|around)(?:Each|All)$/.test(name)
}

// What is registered meanwhile are our tests. All hooks of this kind run around all hooks of the others, so that it does
// not matter which suite has ours.
function collect(options: TestOptions, register: () => unknown): unknown {
  const suite = TestRunner.getCurrentSuite()
  if (hooked.get(suite) !== suite.file) suite.on('aroundEach', runTestInSession)
  hooked.set(suite, suite.file)
  const before = suite.tasks.length
  const result = register()
  for (const task of suite.tasks.slice(before)) {
    if (task.type === 'test') planTest(task, options)
  }
  return result
}
