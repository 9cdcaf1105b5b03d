import { once } from 'node:events'
import { afterEach, describe, expect, it } from 'vitest'
import { createProject, startVitest, type Project } from './testing/project.ts'

const TEST = `
import { expect } from 'vitest'
import { test } from '@retake/vitest'
import { ask } from './agent.ts'
test('asks', async () => { console.log('it said: ' + await ask('Hello')) })
`
const OTHER = `
import { test } from 'vitest'
test('another', () => { console.log('the other ran') })
`
const CASSETTE = '__cassettes__/a.test.ts/asks.cassette.json'

let project: Project

afterEach(() => project.clear())

/** Follows what a process says. */
function follow(stream: NodeJS.ReadableStream) {
  let text = ''
  stream.on('data', (chunk: Buffer) => void (text += chunk.toString()))
  return {
    text: () => text,
    async until(part: string): Promise<void> {
      while (!text.includes(part)) await once(stream, 'data')
    },
    forget: () => void (text = ''),
  }
}

describe('watch mode', () => {
  it('runs a test file again when a cassette of its changes, and not for what it has recorded itself', async () => {
    project = createProject({ 'a.test.ts': TEST, 'b.test.ts': OTHER })
    const child = startVitest(project.folder, ['--watch', '--reporter=verbose'])
    const said = follow(child.stdout)

    await said.until('Waiting for file changes')
    const first = said.text()
    said.forget()
    project.write(CASSETTE, project.read(CASSETTE).replace('answer to Hello', 'answer by hand'))
    await said.until('Waiting for file changes')
    const second = said.text()
    const ended = once(child, 'exit')
    child.kill()
    await ended

    expect(first).toContain('it said: answer to Hello')
    expect((first + second).match(/RERUN/g)).toHaveLength(1)
    expect(second).toContain('it said: answer by hand')
    expect(second).not.toContain('the other ran')
    expect(project.takeLive()).toEqual(['Hello'])
  })
})
