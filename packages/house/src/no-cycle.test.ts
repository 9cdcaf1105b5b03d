import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from './source/workspace.ts'
import { plantFolder, type PlantedFiles } from './testing/planted.ts'

interface Lint {
  readonly isClean: boolean
  readonly report: string
}

/** Runs oxlint over planted files, with the rules of this repository. */
function lint(files: PlantedFiles): Lint {
  const binaries = join(REPOSITORY, 'node_modules/.bin')
  const config = join(REPOSITORY, '.oxlintrc.json')
  const { status, stdout, error } = spawnSync('oxlint', ['--config', config, '.'], {
    cwd: plantFolder(files),
    // The part that knows types is looked for on the path.
    env: { ...process.env, PATH: binaries + delimiter + process.env.PATH },
    encoding: 'utf8',
  })
  if (error !== undefined) throw error
  return { isClean: status === 0, report: stdout }
}

describe('import/no-cycle', () => {
  it.each([
    [
      'a value one way and a type the other',
      "import { b } from './b.ts'\nexport const a = (): string => b()",
    ],
    ['types', "import type { B } from './b.ts'\nexport type A = { b: B }"],
    ['types handed on', "export type { B } from './b.ts'\nexport type A = 1"],
  ])('finds a circle of %s', (_what, text) => {
    const { report } = lint({
      'a.ts': text,
      'b.ts':
        "import type { A } from './a.ts'\nexport type B = A\nexport const b = (): string => ''",
    })

    expect(report).toContain('import(no-cycle)')
  })

  it('has nothing to say where there is none', () => {
    const files = { 'a.ts': "export type { B } from './b.ts'", 'b.ts': 'export type B = 1' }

    expect(lint(files)).toMatchObject({ isClean: true })
  })
})
