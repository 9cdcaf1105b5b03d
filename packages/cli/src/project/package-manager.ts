import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun'

const LOCKFILES: readonly (readonly [file: string, manager: PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
]
const ADD: Readonly<Record<PackageManager, readonly [add: string, dev: string]>> = {
  npm: ['npm install', '--save-dev'],
  pnpm: ['pnpm add', '--save-dev'],
  yarn: ['yarn add', '--dev'],
  bun: ['bun add', '--dev'],
}

/** The package manager of a folder: that of the nearest lockfile, else the one that the manifest names. */
export function detectPackageManager(folder: string, named = ''): PackageManager {
  for (let at = folder; ; at = dirname(at)) {
    const found = LOCKFILES.find(([file]) => existsSync(join(at, file)))
    if (found) return found[1]
    if (dirname(at) === at) break
  }
  const [, manager] = /^(pnpm|yarn|bun|npm)@/.exec(named) ?? []
  return (manager ?? 'npm') as PackageManager
}

/** The commands that install packages; none for none. */
export function installCommands(
  manager: PackageManager,
  packages: readonly string[],
  developmentPackages: readonly string[],
): readonly string[] {
  const [add, dev] = ADD[manager]
  return [
    ...(packages.length > 0 ? [[add, ...packages].join(' ')] : []),
    ...(developmentPackages.length > 0 ? [[add, dev, ...developmentPackages].join(' ')] : []),
  ]
}
