import { afterEach, describe, expect, it } from 'vitest'
import { createProject, type Project } from './testing/project.ts'

const TEST = `
import { describe, expect, test as plain } from 'vitest'
import { test } from '@retake/vitest'
import { setTimeout } from 'node:timers/promises'
import { ask } from './agent.ts'

describe('at once', () => {
  for (const name of ['a', 'b', 'c']) {
    test.concurrent(name, async ({ session }) => {
      for (let index = 0; index < 3; index++) {
        await ask(name + index)
        await setTimeout(1)
      }
      expect(session.requests('llm')).toEqual([0, 1, 2].map((index) => ({ prompt: name + index })))
    })
  }
})
test.for([1, 2])('for %d', async (input, { session }) => { await ask('for ' + input); expect(session.id).not.toBe('') })
test.for(['x', 'y'])('same title', async (input) => { await ask('same ' + input) })
test.each([[1, 2]])('each %d %d', async (one, two) => { await ask('each ' + one + two) })
test.skip('skipped', async () => { await ask('never') })
test.todo('later')
test.skipIf(true)('skipped as well', async () => { await ask('never') })
test.runIf(true)('runs', async () => { await ask('runs') })
const extended = test.extend<{ greeting: string }>({
  greeting: [async ({}, use) => { await use(await ask('from a fixture')) }, { auto: true }],
})
extended('extended', async ({ greeting, session }) => {
  expect(greeting).toBe('answer to from a fixture')
  expect(session.calls).toHaveLength(1)
})
describe('outer', () => {
  test.beforeEach(async () => { await ask('outer hook') })
  describe('inner', () => {
    test('nested', async ({ session }) => { expect(session.calls).toHaveLength(1) })
  })
})
test('makes no call', () => { expect(1).toBe(1) })
plain('of vitest', async () => { await expect(ask('outside of any session')).resolves.toBeDefined() })
`

let project: Project

afterEach(() => project.clear())

describe('every kind of test', () => {
  it('has a cassette of its own', async () => {
    project = createProject({ 'kinds.test.ts': TEST })

    const recorded = await project.run()
    const cassettes = project
      .cassettes()
      .map((path) => path.split('/').at(-1)?.replace('.cassette.json', ''))
    project.takeLive()
    const replayed = await project.run([], { CI: 'true' })

    expect(recorded.output).not.toContain('FAIL')
    expect([recorded.code, replayed.code]).toEqual([0, 0])
    expect(cassettes).toEqual([
      'at-once--a',
      'at-once--b',
      'at-once--c',
      'each-1-2',
      'extended',
      'for-1',
      'for-2',
      'outer--inner--nested',
      'runs',
      'same-title-2',
      'same-title',
    ])
    expect(project.takeLive()).toEqual(['outside of any session'])
  })

  it.each(['forks', 'vmThreads'])('is recorded and replayed in the pool %s', async (pool) => {
    project = createProject({ 'kinds.test.ts': TEST })

    const recorded = await project.run([`--pool=${pool}`])
    project.takeLive()
    const replayed = await project.run([`--pool=${pool}`], { CI: 'true' })

    expect(recorded.output).not.toContain('FAIL')
    expect([recorded.code, replayed.code]).toEqual([0, 0])
    expect(project.takeLive()).toEqual(['outside of any session'])
  })

  it('is in a session of its own where files share a process', async () => {
    project = createProject({ 'one.test.ts': TEST, 'two.test.ts': TEST })
    const shared = ['--no-isolate', '--max-workers=1']

    const recorded = await project.run(shared)
    project.takeLive()
    const replayed = await project.run(shared, { CI: 'true' })

    expect(recorded.output).not.toContain('FAIL')
    expect([recorded.code, replayed.code]).toEqual([0, 0])
    expect(project.cassettes()).toHaveLength(22)
    expect(project.takeLive()).toHaveLength(2)
  })
})
