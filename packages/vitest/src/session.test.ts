import { afterEach, describe, expect, it } from 'vitest'
import { createProject, type Project } from './testing/project.ts'

const TEST = `
import { expect } from 'vitest'
import { createTest, lastRequest } from '@retake/vitest'
import { ask, weather } from './agent.ts'
const PROMPT = 'What is it like in Bern today?'
const test = createTest({ replay: { match: 'lenient' } })
test('asks', async ({ session, annotate: _ }) => {
  expect(session.calls).toEqual([])
  await ask(PROMPT)
  await weather({ city: 'Bern' })
  console.log('sent', JSON.stringify([lastRequest('llm'), session.lastRequest('tool', 'weather'), session.requests('http')]))
  expect(session).toHaveCalledTool('weather', { city: 'Bern' })
  expect(session).toMatchTrajectory(['llm', 'tool weather'])
  expect(session).toCostLessThan(0.02)
  expect(session).not.toCostLessThan(0.01)
  expect(session).toUseAtMost(42)
  console.log('mode', session.mode, session.report()?.status)
})
test('sends what it should', async () => {
  await ask(PROMPT)
  expect(lastRequest('llm')).toEqual({ prompt: 'What is it like in Bern today?' })
})
test('has none yet', () => expect(lastRequest('llm')).toBe(undefined))
`

let project: Project

afterEach(() => project.clear())

describe('the session of a test', () => {
  it('tells what is sent now, and not what was recorded', async () => {
    project = createProject({ 'a.test.ts': TEST })

    const recorded = await project.run()
    project.write(
      'a.test.ts',
      TEST.replace(
        "PROMPT = 'What is it like in Bern today?'",
        "PROMPT = 'What is it like in Bern now?'",
      ),
    )
    const replayed = await project.run([], { CI: '1' })

    expect(recorded.code).toBe(0)
    expect(recorded.output).toContain(
      'sent [{"prompt":"What is it like in Bern today?"},{"city":"Bern"},[]]',
    )
    expect(recorded.output).toContain('mode record undefined')
    expect(replayed.output).toContain(
      'sent [{"prompt":"What is it like in Bern now?"},{"city":"Bern"},[]]',
    )
    expect(replayed.output).toContain('mode replay drift=1')
    expect(replayed.tests.asks?.status).toBe('passed')
    expect(replayed.tests['sends what it should']?.status).toBe('failed')
    expect(replayed.tests['has none yet']?.status).toBe('passed')
  })
})
