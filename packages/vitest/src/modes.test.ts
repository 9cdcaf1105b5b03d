import { afterEach, describe, expect, it } from 'vitest'
import { createProject, type Project } from './testing/project.ts'

const TEST = `
import { describe, expect } from 'vitest'
import { test } from '@retake/vitest'
import { ask, weather } from './agent.ts'

test.beforeEach(async () => { await ask('before') })
test.afterEach(async () => { await ask('after') })

describe('an agent', () => {
  test('tells the weather', async ({ session }) => {
    expect(await ask('Bern?')).toBe('answer to Bern?')
    await weather({ city: 'Bern' })
    expect(session.calls.map(({ name }) => name)).toEqual(['model', 'model', 'weather'])
  })
})
`
const NAME = 'an agent tells the weather'
const CASSETTE = '__cassettes__/agent.test.ts/an-agent--tells-the-weather.cassette.json'
const LIVE = ['before', 'Bern?', 'Bern', 'after']
const CI = { CI: '1' }

let project: Project

afterEach(() => project.clear())

describe('mode auto', () => {
  it('records on a developer machine, hooks included, and replays from then on', async () => {
    project = createProject({ 'agent.test.ts': TEST })

    const first = await project.run()
    const firstLive = project.takeLive()
    const second = await project.run()
    const inCi = await project.run([], CI)

    expect(first.output).toContain('1 passed')
    expect([first.code, second.code, inCi.code]).toEqual([0, 0, 0])
    expect(firstLive).toEqual(LIVE)
    expect(project.takeLive()).toEqual([])
    expect(project.cassettes()).toEqual([CASSETTE])
  })

  it('fails where CI is set and there is no cassette, before any call is made', async () => {
    project = createProject({ 'agent.test.ts': TEST })

    const { code, tests } = await project.run([], CI)

    expect(code).toBe(1)
    expect(tests[NAME]?.messages).toContain(
      `There is no cassette for "an agent > tells the weather"`,
    )
    expect(tests[NAME]?.messages).toContain('because CI is set')
    expect(tests[NAME]?.messages).toContain(CASSETTE)
    expect(project.takeLive()).toEqual([])
    expect(project.cassettes()).toEqual([])
  })

  it('fails on a cassette that cannot be read, before any call is made', async () => {
    project = createProject({ 'agent.test.ts': TEST, [CASSETTE]: '{ "format": "retake"' })

    const { tests } = await project.run()

    expect(tests[NAME]).toMatchObject({ status: 'failed' })
    expect(tests[NAME]?.messages).toContain(CASSETTE)
    expect(project.takeLive()).toEqual([])
  })

  it('does the same without the plugin', async () => {
    const config = `export default { ssr: { resolve: { conditions: ['@retake/source', 'node'], externalConditions: ['@retake/source', 'node'] } } }`
    project = createProject({ 'agent.test.ts': TEST, 'vitest.config.ts': config })

    const recorded = await project.run()
    const live = project.takeLive()
    const replayed = await project.run([], CI)
    const refused = await project.run([], { ...CI, RETAKE_MODE: 'all' })

    expect([recorded.code, replayed.code, refused.code]).toEqual([0, 0, 1])
    expect(live).toEqual(LIVE)
    expect(refused.tests[NAME]?.messages).toContain('Mode "all" makes real calls, and CI is set')
    expect(project.takeLive()).toEqual([])
  })
})

describe('the other modes', () => {
  it.each(['once', 'new', 'all', 'off'])('%s is refused where CI is set', async (mode) => {
    project = createProject({ 'agent.test.ts': TEST })

    const { code, output } = await project.run([], { ...CI, RETAKE_MODE: mode })

    expect(code).not.toBe(0)
    expect(output).toContain(`Mode "${mode}" makes real calls, and CI is set`)
    expect(project.takeLive()).toEqual([])
    expect(project.cassettes()).toEqual([])
  })

  it('are named when there is none of that name', async () => {
    project = createProject({ 'agent.test.ts': TEST })

    const { code, output } = await project.run(['--', '--retake=al'])

    expect(code).not.toBe(0)
    expect(output).toContain('There is no mode "al"')
    expect(output).toContain('auto, replay, once, new, all, off, prune')
  })

  it('replay records nothing', async () => {
    project = createProject({ 'agent.test.ts': TEST })

    const { tests } = await project.run(['--', '--retake=replay'])

    expect(tests[NAME]?.messages).toContain('because the mode is replay')
    expect(project.takeLive()).toEqual([])
  })

  it('once records only where there is no cassette', async () => {
    project = createProject({ 'agent.test.ts': TEST })

    await project.run(['--', '--retake=once'])
    const first = project.takeLive()
    await project.run(['--', '--retake', 'once'])

    expect(first).toEqual(LIVE)
    expect(project.takeLive()).toEqual([])
  })

  it('all records again', async () => {
    project = createProject({ 'agent.test.ts': TEST })
    await project.run()
    project.takeLive()
    project.write('agent.test.ts', TEST.replaceAll('Bern?', 'Basel?'))

    const { code } = await project.run(['--', '--retake=all'])

    expect(code).toBe(0)
    expect(project.takeLive()).toEqual(['before', 'Basel?', 'Bern', 'after'])
    expect(project.read(CASSETTE)).toContain('Basel?')
  })

  it('new makes what is missing, and writes a cassette that stands by itself', async () => {
    project = createProject({ 'agent.test.ts': TEST })
    await project.run()
    project.takeLive()
    project.write(
      'agent.test.ts',
      TEST.replace('await weather', "await ask('And Basel?'); await weather").replace(
        "'model', 'weather'",
        "'model', 'model', 'weather'",
      ),
    )

    const completed = await project.run([], { RETAKE_MODE: 'new' })
    const live = project.takeLive()
    const replayed = await project.run([], CI)

    expect([completed.code, replayed.code]).toEqual([0, 0])
    expect(live).toEqual(['And Basel?'])
    expect(project.takeLive()).toEqual([])
    expect(JSON.parse(project.read(CASSETTE)).session).not.toHaveProperty('parent')
  })

  it('off makes every call and writes nothing', async () => {
    project = createProject({ 'agent.test.ts': TEST.replace(/^.*session.calls.*$/m, '') })
    await project.run()
    const recorded = project.read(CASSETTE)
    project.takeLive()

    const { code } = await project.run([], { RETAKE_MODE: 'off' })

    expect(code).toBe(0)
    expect(project.takeLive()).toEqual(LIVE)
    expect(project.read(CASSETTE)).toBe(recorded)
  })
})
