import { afterEach, describe, expect, it } from 'vitest'
import { createProject, type Project } from './testing/project.ts'

const IMPORTS = `
import { expect, describe, vi } from 'vitest'
import { createTest, test } from '@retake/vitest'
import { ask, weather } from './agent.ts'
`
const CI = { CI: '1' }

let project: Project

afterEach(() => project.clear())

/** Records a test with this body, and gives the project with another body in its place. */
async function change(from: string, to: string, make = 'test'): Promise<void> {
  const file = (body: string) => `${IMPORTS}\n${make}('asks', async ({ session }) => { ${body} })`
  project = createProject({ 'a.test.ts': file(from) })
  const { code } = await project.run()
  expect(code).toBe(0)
  project.takeLive()
  project.write('a.test.ts', file(to))
}

describe('a replay fails its test', () => {
  it('with a miss, also when the test swallows the error', async () => {
    await change(`await ask('Hello')`, `await ask('Hello!').catch(() => {})`)

    const { tests } = await project.run([], CI)

    expect(tests.asks?.status).toBe('failed')
    expect(tests.asks?.messages).toContain('no recording for llm model')
    expect(tests.asks?.messages).toContain('recorded "Hello"  now "Hello!"')
    expect(tests.asks?.messages).toContain('try      RETAKE_MODE=new')
    expect(project.takeLive()).toEqual([])
  })

  it('with a miss that a retry does not forget', async () => {
    await change(`await ask('Hello')`, `await ask('Hello!').catch(() => {})`)
    project.write(
      'a.test.ts',
      project.read('a.test.ts').replace("'asks',", "'asks', { retry: 2 },"),
    )

    const { tests } = await project.run([], CI)

    expect(tests.asks?.status).toBe('failed')
  })

  it('with the miss once, where it is what the test throws', async () => {
    await change(`await ask('Hello')`, `await ask('Hello!')`)

    const { tests } = await project.run([], CI)

    expect(tests.asks?.messages.match(/no recording for llm model/g)).toHaveLength(1)
  })

  it('with what is left over', async () => {
    await change(`await ask('Hello'); await weather({ city: 'Bern' })`, `await ask('Hello')`)

    const { tests } = await project.run([], CI)

    expect(tests.asks?.messages).toContain('1 of 2 recorded calls')
    expect(tests.asks?.messages).toContain('2 tool weather')
  })

  it('with a miss, also when the test is expected to fail', async () => {
    const fails = 'test.fails'
    await change(`await ask('Hello'); throw new Error('expected')`, `await ask('Hello!')`, fails)

    const { tests } = await project.run([], CI)

    expect(tests.asks?.status).toBe('failed')
    expect(tests.asks?.messages).toContain('no recording for llm model')
  })

  it('with its own error only, where that is why something is left over', async () => {
    await change(`await ask('Hello')`, `expect(1).toBe(2); await ask('Hello')`)

    const { tests } = await project.run([], CI)

    expect(tests.asks?.messages).toContain('expected 1 to be 2')
    expect(tests.asks?.messages).not.toContain('recorded calls')
  })
})

describe('fake timers', () => {
  it('hold neither a recording nor a replay still', async () => {
    const body = `vi.useFakeTimers(); await ask('Hello'); vi.setSystemTime(0)`
    await change(body, body)

    const { code } = await project.run([], CI)

    expect(code).toBe(0)
  })
})

describe('drift', () => {
  it('annotates the test', async () => {
    const make = `createTest({ replay: { match: 'lenient' } })`
    await change(`await ask('Hello to all')`, `await ask('Hello to you all')`, make)

    const { tests, output } = await project.run(['--reporter=verbose'], CI)

    expect(tests.asks?.status).toBe('passed')
    expect(output).toContain('drift: 1 llm model was served, and asks something else')
    expect(output).toContain('recorded "Hello to all"  now "Hello to you all"')
  })
})

describe('a test that fails while it is recorded', () => {
  it('writes no cassette', async () => {
    project = createProject({
      'a.test.ts': `${IMPORTS} test('asks', async () => { expect(await ask('Hello')).toBe('x') })`,
    })

    const { code } = await project.run()

    expect(code).toBe(1)
    expect(project.takeLive()).toEqual(['Hello'])
    expect(project.cassettes()).toEqual([])
  })

  it('writes the cassette of the attempt that passes', async () => {
    project = createProject({
      'a.test.ts': `${IMPORTS} let tries = 0
        test('asks', { retry: 2 }, async () => {
          await ask('try ' + ++tries)
          expect(tries).toBeGreaterThan(1)
        })
        test('repeats', { repeats: 2 }, async () => { await ask('repeat') })
        test('is skipped', async ({ skip }) => { await ask('skip'); skip() })
        test.fails('fails', async () => { await ask('fail'); throw new Error('as it should') })`,
    })

    const { code } = await project.run()

    expect(code).toBe(0)
    expect(project.takeLive()).toEqual(['try 1', 'try 2', 'repeat', 'skip', 'fail'])
    expect(project.cassettes().map((path) => path.split('/').at(-1))).toEqual([
      'asks.cassette.json',
      'fails.cassette.json',
      'repeats.cassette.json',
    ])
    expect(project.read('__cassettes__/a.test.ts/asks.cassette.json')).toContain('try 2')
  })
})

describe('a secret', () => {
  it('keeps the cassette from being written, and is not in the message', async () => {
    const secret = 'a-value-nobody-may-see'
    project = createProject({
      'a.test.ts': `${IMPORTS}
        createTest({ retake: { capture: 'full' } })('asks', async () => { await ask('It is ' + process.env.MY_TOKEN) })`,
    })

    const { tests, output } = await project.run([], { MY_TOKEN: secret })

    expect(tests.asks?.messages).toContain(
      'would hold what looks like a secret at events[0].request.prompt',
    )
    expect(output).not.toContain(secret)
    expect(project.cassettes()).toEqual([])
  })
})
