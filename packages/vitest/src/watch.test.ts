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
const NEVER_THE_SAME = `
import { call } from '@retake/core'
import { test } from '@retake/vitest'
test('asks', async () => {
  console.log('it said: ' + (await call({ kind: 'llm', name: 'model' }, async () => Math.random())))
})
`
const READY = 'Waiting for file changes'
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
    /** What was said since it was last taken. */
    take(): string {
      const taken = text
      text = ''
      return taken
    },
  }
}

/** Watches a project until `body` is done. */
async function watch(
  args: readonly string[],
  body: (said: Followed) => Promise<void>,
): Promise<void> {
  const child = startVitest(project.folder, ['--watch', '--reporter=verbose', ...args])
  const ended = once(child, 'exit')
  try {
    const said = follow(child.stdout)
    await said.until(READY)
    await body(said)
  } finally {
    child.kill()
    await ended
  }
}

type Followed = ReturnType<typeof follow>

describe('watch mode', () => {
  it('runs a test file again when a cassette of its changes', async () => {
    project = createProject({ 'a.test.ts': TEST, 'b.test.ts': OTHER })

    await watch([], async (said) => {
      expect(said.take()).toContain('it said: answer to Hello')
      project.write(CASSETTE, project.read(CASSETTE).replace('answer to Hello', 'answer by hand'))
      await said.until(READY)

      expect(said.text()).toContain('it said: answer by hand')
      expect(said.text()).not.toContain('the other ran')
    })

    expect(project.takeLive()).toEqual(['Hello'])
  })

  it('does not run a test again for what it has recorded itself', async () => {
    project = createProject({ 'a.test.ts': NEVER_THE_SAME, 'b.test.ts': OTHER })
    await project.run()
    const before = project.read(CASSETTE)

    await watch(['--', '--retake=all'], async (said) => {
      expect(said.take()).toContain('it said')
      expect(project.read(CASSETTE)).not.toBe(before)
      // What comes of the cassette has come when something comes of this.
      project.write('b.test.ts', `${OTHER}\n`)
      await said.until(READY)

      expect(said.text()).toContain('the other ran')
      expect(said.text()).not.toContain('it said')
    })
  })
})
