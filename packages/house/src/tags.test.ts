import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY, readWorkspace } from './source/workspace.ts'
import { turboBoundaries } from './tags/turbo-boundaries.ts'

interface TurboJson {
  readonly tags?: readonly string[]
  readonly boundaries?: { readonly tags: Readonly<Record<string, unknown>> }
}

function readTurboJson(folder: string): TurboJson {
  return JSON.parse(readFileSync(join(REPOSITORY, folder, 'turbo.json'), 'utf8')) as TurboJson
}

/** Each tag, from the lowest, with the tags that its packages may depend on. */
const BELOW: Readonly<Record<string, readonly string[]>> = {
  format: [],
  policy: ['format'],
  interchange: ['format'],
  core: ['format', 'policy'],
  kit: ['format', 'policy', 'core'],
  testing: ['format', 'policy', 'core', 'kit'],
  fixture: [],
  adapter: ['format', 'policy', 'core', 'kit', 'testing', 'fixture'],
  tool: ['format', 'policy', 'interchange', 'core', 'kit', 'testing', 'fixture', 'adapter'],
  suite: [
    'format',
    'policy',
    'interchange',
    'core',
    'kit',
    'testing',
    'fixture',
    'adapter',
    'tool',
  ],
  app: ['format', 'policy', 'interchange', 'core', 'kit', 'testing', 'fixture', 'adapter', 'tool'],
}

describe('the tags of packages', () => {
  const rules = readTurboJson('.').boundaries?.tags

  // Turbo asks nothing of a package without a tag, or with one that has no rule.
  it.each(readWorkspace().map(({ folder }) => folder))('%s has one, with a rule', (folder) => {
    const { tags } = readTurboJson(folder)

    expect(tags).toHaveLength(1)
    expect(rules).toHaveProperty([tags?.[0] ?? ''])
  })

  it('let a package depend on those of lower tags', () => {
    const packages = Object.entries(BELOW).map(([tag, tags]) => ({
      name: tag,
      tag,
      devDependencies: tags,
    }))

    expect(turboBoundaries(packages)).toEqual([])
  })

  it('let no package depend on one of a higher tag, or of one beside it', () => {
    const tags = Object.keys(BELOW)
    const pairs = tags.flatMap((tag) =>
      tags
        .filter((other) => !BELOW[tag]?.includes(other))
        .map((other) => ({ tag, other, low: `${tag}-on-${other}`, high: `${other}-of-${tag}` })),
    )

    const problems = turboBoundaries(
      pairs.flatMap(({ tag, other, low, high }) => [
        { name: low, tag, dependencies: [high] },
        { name: high, tag: other },
      ]),
    )

    const allowed = pairs.filter(({ low, high }) => !problems.some(isAbout(low, high)))
    expect(allowed).toEqual([])
  })
})

describe('turbo boundaries', () => {
  const core = { name: 'core', tag: 'core' }

  it('counts development dependencies, and what dependencies depend on', () => {
    const problems = turboBoundaries([
      { name: 'core', tag: 'core', dependencies: ['policy'] },
      { name: 'policy', tag: 'policy', devDependencies: ['adapter'] },
      { name: 'adapter', tag: 'adapter' },
    ])

    expect(problems).toEqual([
      expect.toSatisfy(isAbout('core', 'adapter')),
      expect.toSatisfy(isAbout('policy', 'adapter')),
    ])
  })

  it('finds circles of packages, development dependencies among them', () => {
    const problems = turboBoundaries([
      { name: 'kit', tag: 'kit', devDependencies: ['testing'] },
      { name: 'testing', tag: 'testing', dependencies: ['kit'] },
    ])

    expect(problems).toContainEqual(
      expect.stringMatching(/^Circular package dependency detected: @house\/(kit|testing) -> /),
    )
  })

  it.each([
    "import { core } from '@house/core'",
    "import type { Core } from '@house/core'",
    "export { core } from '@house/core'",
    "export const core = () => import('@house/core')",
  ])('finds an import of what is no dependency: %s', (text) => {
    expect(turboBoundaries([core, { name: 'format', tag: 'format', text }])).toEqual([
      'packages/format/src/index.ts: cannot import package `@house/core` because it is not a dependency',
    ])
  })

  it.each([
    "import { core } from '../../core/src/index.ts'",
    "import type { Core } from '../../core/src/index.ts'",
  ])('finds an import of a file of another package: %s', (text) => {
    expect(turboBoundaries([core, { name: 'format', tag: 'format', text }])).toEqual([
      'packages/format/src/index.ts: import `../../core/src/index.ts` leaves the package',
    ])
  })
})

function isAbout(...names: string[]): (problem: string) => boolean {
  return (problem) => names.every((name) => problem.includes(`\`@house/${name}\``))
}
