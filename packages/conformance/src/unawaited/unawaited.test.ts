import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'

const PROGRAM = join(import.meta.dirname, 'program.ts')
const CASES = 15 * 4

// A replay that ends a server ends every other request in it.
it.concurrent.each([[[]], [['--listen']]])(
  'no replay leaves a rejection to nobody: %j',
  async (args) => {
    const child = spawn(process.execPath, ['--conditions=@retake/source', PROGRAM, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, NODE_ENV: 'test' },
    })
    const [stdout, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])

    const lines = stdout.trim().split('\n')
    expect([status, lines.at(-1)]).toEqual([0, 'unhandled 0'])
    expect(lines).toHaveLength(CASES + 1)
    expect(
      lines.filter((line) => line.includes('another question') && line.endsWith('| ok')),
    ).toEqual([])
  },
)
