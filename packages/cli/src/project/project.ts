import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { LIBRARIES, type Library } from './libraries.ts'
import { detectPackageManager, type PackageManager } from './package-manager.ts'

/** A project, by its manifest and its lockfile. */
export interface Project {
  readonly name: string
  readonly folder: string
  readonly packageManager: PackageManager
  readonly language: 'typescript' | 'javascript'
  readonly modules: 'esm' | 'cjs'
  /** All that its manifest depends on, with the ranges. */
  readonly dependencies: Readonly<Record<string, string>>
  /** What of them Retake records. */
  readonly libraries: readonly Library[]
  readonly scripts: Readonly<Record<string, string>>
}

interface Manifest {
  readonly name?: string
  readonly type?: string
  readonly packageManager?: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/**
 * Reads what a project is made of.
 *
 * @throws {CommandError} `NO_PROJECT` when there is no manifest.
 */
export function readProject(folder: string): Project {
  const manifest = readManifest(folder)
  const dependencies = {
    ...manifest.peerDependencies,
    ...manifest.optionalDependencies,
    ...manifest.devDependencies,
    ...manifest.dependencies,
  }
  const isTyped = 'typescript' in dependencies || existsSync(join(folder, 'tsconfig.json'))
  return {
    name: manifest.name ?? basename(folder),
    folder,
    packageManager: detectPackageManager(folder, manifest.packageManager),
    language: isTyped ? 'typescript' : 'javascript',
    modules: manifest.type === 'module' ? 'esm' : 'cjs',
    dependencies,
    libraries: LIBRARIES.filter(({ packages }) => packages.some((name) => name in dependencies)),
    scripts: manifest.scripts ?? {},
  }
}

/** Whether the project has a library. */
export function uses({ libraries }: Project, name: string): boolean {
  return libraries.some((library) => library.name === name)
}

function readManifest(folder: string): Manifest {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) {
    throw new CommandError(
      'NO_PROJECT',
      EXIT.notFound,
      `There is no package.json in ${folder}. Go to the folder of your app, or make one: npm init.`,
    )
  }
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Manifest
  } catch {
    throw new CommandError('NO_PROJECT', EXIT.invalid, `${file} is no JSON.`)
  }
}
