import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCodeImports } from './names/code-imports.ts'
import { formatPublicNames, readPublicNames, unknownImports } from './names/public-names.ts'
import { REPOSITORY, readWorkspace } from './source/workspace.ts'

const workspace = readWorkspace()
const libraries = workspace.filter(
  ({ isPublished, entries }) => isPublished && [...entries.values()].some(Boolean),
)
const pages = ['*.md', 'docs/*.md', 'packages/*/README.md', 'apps/**/README.md']

describe('the exported names', () => {
  it.each(libraries.map((source) => [source.name, source] as const))(
    'of %s are those in its exports.txt',
    async (_name, source) => {
      const names = formatPublicNames(readPublicNames(source))

      await expect(names).toMatchFileSnapshot(join(REPOSITORY, source.folder, 'exports.txt'))
    },
  )

  it.each(pagesOf(REPOSITORY))('are those that %s imports', (page) => {
    const names = new Map(workspace.flatMap((source) => [...readPublicNames(source)]))
    const imports = readCodeImports(readFileSync(join(REPOSITORY, page), 'utf8'))

    expect(unknownImports(imports, names)).toEqual([])
  })
})

function pagesOf(root: string): string[] {
  const exclude = ['**/node_modules/**', '**/dist/**']
  return globSync(pages, { cwd: root, exclude }).toSorted()
}
