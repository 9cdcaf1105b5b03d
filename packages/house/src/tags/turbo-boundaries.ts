import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { REPOSITORY } from '../source/workspace.ts'
import { plantFolder } from '../testing/planted.ts'

/** A package of a planted workspace. */
export interface TaggedPackage {
  readonly name: string
  readonly tag: string
  readonly dependencies?: readonly string[]
  readonly devDependencies?: readonly string[]
  /** The text of its only file, `src/index.ts`. */
  readonly text?: string
}

// What makes the planted folder a workspace under this repository's rules.
const SHARED = ['package.json', 'pnpm-workspace.yaml', 'turbo.json']

/**
 * Runs `turbo boundaries` over planted packages, with the tags of this repository.
 *
 * @returns what it finds wrong: the sentence, and the file it points to where that is a source file.
 */
export function turboBoundaries(packages: readonly TaggedPackage[]): string[] {
  const files = Object.fromEntries([...SHARED.map(sharedFile), ...packages.flatMap(filesOf)])
  const root = plantFolder(files)
  const turbo = join(REPOSITORY, 'node_modules/.bin/turbo')
  const { status, stdout, stderr, error } = spawnSync(turbo, ['boundaries'], {
    cwd: root,
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
    encoding: 'utf8',
  })
  if (error !== undefined) throw error

  const problems = problemsIn(stderr, root)
  if ((status === 0) !== (problems.length === 0)) throw new Error(stdout + stderr)
  return problems
}

/** Reads turbo's report, in which long sentences are cut into lines. */
function problemsIn(report: string, root: string): string[] {
  const found = report.matchAll(/^ {2}x (.*?)(?:\n *,-\[([^\n]*?):\d+:\d+\]|\n\n)/gms)
  return Array.from(found, ([, sentence = '', place = '']) => {
    const unwrapped = sentence.replaceAll(/\s*\n[\s|]*/g, ' ')
    const file = place.startsWith(root) ? relative(root, place) : undefined
    return file === undefined ? unwrapped : `${file}: ${unwrapped}`
  }).toSorted()
}

function sharedFile(file: string): [string, string] {
  return [file, readFileSync(join(REPOSITORY, file), 'utf8')]
}

function filesOf(planted: TaggedPackage): [string, string][] {
  const { name, tag, dependencies = [], devDependencies = [], text = '' } = planted
  const manifest = {
    name: `@house/${name}`,
    version: '0.0.0',
    type: 'module',
    dependencies: workspaceRanges(dependencies),
    devDependencies: workspaceRanges(devDependencies),
  }
  return [
    [`packages/${name}/package.json`, JSON.stringify(manifest)],
    [`packages/${name}/turbo.json`, JSON.stringify({ extends: ['//'], tags: [tag] })],
    [`packages/${name}/src/index.ts`, text],
  ]
}

function workspaceRanges(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`@house/${name}`, 'workspace:^']))
}
