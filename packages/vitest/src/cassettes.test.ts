import { spawnSync } from 'node:child_process'
import { afterEach, describe, expect, it } from 'vitest'
import { createProject, type Project } from './testing/project.ts'

const IMPORTS = `
import { expect, describe } from 'vitest'
import { test } from '@retake/vitest'
import { ask } from './agent.ts'
`
const TWO = `${IMPORTS} for (const name of ['one', 'two']) test(name, async () => { await ask(name) })`
const ONE = TWO.replace(", 'two'", '')
const PRUNE = ['--', '--retake=prune']

let project: Project

afterEach(() => project.clear())

describe('a cassette that no test uses', () => {
  it('is named at the end of a run, and removed by prune', async () => {
    project = createProject({ 'a.test.ts': TWO, 'gone.test.ts': ONE })
    await project.run()
    project.write('a.test.ts', ONE)
    project.remove('gone.test.ts')

    const named = await project.run()
    const pruned = await project.run(PRUNE)
    const after = await project.run()

    expect(named.output).toContain('2 cassettes are used by no test')
    expect(named.output).toContain('__cassettes__/a.test.ts/two.cassette.json')
    expect(named.output).toContain('__cassettes__/gone.test.ts/one.cassette.json')
    expect(pruned.output).toContain('and removed')
    expect(project.cassettes()).toEqual(['__cassettes__/a.test.ts/one.cassette.json'])
    expect(after.output).not.toContain('used by no test')
  })

  it('is not one of a test that a filter leaves out, or of a file that does not run', async () => {
    project = createProject({ 'a.test.ts': TWO, 'b.test.ts': TWO })
    await project.run()
    const before = project.cassettes()

    const byName = await project.run(['-t', 'one', ...PRUNE])
    const byFile = await project.run(['b.test', ...PRUNE])

    expect([byName.code, byFile.code]).toEqual([0, 0])
    expect(byName.output + byFile.output).not.toContain('used by no test')
    expect(project.cassettes()).toEqual(before)
  })

  it('is not one whose request is sent again', async () => {
    project = createProject({ 'a.test.ts': ONE })
    await project.run()
    const own = JSON.parse(project.read('__cassettes__/a.test.ts/one.cassette.json'))
    const request = { method: 'GET', url: '/', headers: {} }
    const sent = { ...own, session: { ...own.session, request } }
    project.write('__cassettes__/a.test.ts/sent.cassette.json', JSON.stringify(sent))

    const { output } = await project.run(PRUNE)

    expect(output).not.toContain('used by no test')
    expect(project.cassettes()).toHaveLength(2)
  })

  it('is not one of a file that cannot be loaded', async () => {
    project = createProject({ 'a.test.ts': TWO })
    await project.run()
    project.write('a.test.ts', `${TWO}\nthrow new Error('on loading')`)

    const { code } = await project.run(PRUNE)

    expect(code).toBe(1)
    expect(project.cassettes()).toHaveLength(2)
  })
})

describe('a test that is recorded again', () => {
  it('leaves git clean where the answers are equal', async () => {
    project = createProject({ 'a.test.ts': TWO })
    await project.run()
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], {
        cwd: project.folder,
        encoding: 'utf8',
      }).stdout
    git('init')
    git('add', '__cassettes__')
    git('commit', '-m', 'Record')
    project.takeLive()

    await project.run(['--', '--retake=all'])

    expect(project.takeLive()).toEqual(['one', 'two'])
    expect(git('status', '--porcelain', '__cassettes__')).toBe('')
    expect(git('log', '--oneline')).toContain('Record')
  })

  it('has no cassette any more where it makes no call any more', async () => {
    project = createProject({ 'a.test.ts': ONE })
    await project.run()
    project.write('a.test.ts', ONE.replace('await ask(name)', ''))

    await project.run(['--', '--retake=all'])

    expect(project.cassettes()).toEqual([])
  })
})
