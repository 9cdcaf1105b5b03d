import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkPackage } from './layers/check-package.ts'
import { readLayers } from './layers/read-layers.ts'
import type { SourcePackage } from './source/source-package.ts'
import { REPOSITORY, readWorkspace } from './source/workspace.ts'

const workspace = readWorkspace()

describe('the packages of this repository', () => {
  it.each(workspace.map((source) => [source.folder, source] as const))(
    '%s has no circle, and no import that its layers do not allow',
    async (_folder, source) => {
      expect(await violations(source)).toEqual([])
    },
  )
})

async function violations(source: SourcePackage): Promise<string[]> {
  const rules = await readLayers(join(REPOSITORY, source.folder))
  const found = checkPackage(source, { rules, workspace })
  const isMissing = source.isPublished && rules === undefined
  return isMissing ? [`${source.folder} has no layers.ts`, ...found] : found
}
