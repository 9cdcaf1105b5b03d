import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const PROGRAM = join(import.meta.dirname, 'program.ts')
const CASES = 15 * 4

// A replay that ends a server ends every other request in it.
it.each([[[]], [['--listen']]])('no replay leaves a rejection to nobody: %j', (args) => {
  const { status, stdout } = spawnSync(
    process.execPath,
    ['--conditions=@retake/source', PROGRAM, ...args],
    { encoding: 'utf8', timeout: 110_000, env: { ...process.env, NODE_ENV: 'test' } },
  )

  const lines = stdout.trim().split('\n')
  expect([status, lines.at(-1)]).toEqual([0, 'unhandled 0'])
  expect(lines).toHaveLength(CASES + 1)
  expect(
    lines.filter((line) => line.includes('another question') && line.endsWith('| ok')),
  ).toEqual([])
})
