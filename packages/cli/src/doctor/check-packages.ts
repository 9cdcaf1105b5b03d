import {
  findCopies,
  findOwnPackages,
  type InstalledPackage,
} from '../project/installed-packages.ts'
import { installCommands } from '../project/package-manager.ts'
import type { Project } from '../project/project.ts'
import { plural } from '../terminal/plural.ts'
import { fail, type Finding, ok, warn } from './finding.ts'

const CORE = '@retake/core'

/** Whether the packages of Retake are there, fit each other, and are there once. */
export function checkPackages(project: Project): readonly Finding[] {
  const { folder, packageManager } = project
  const own = findOwnPackages(folder)
  if (!own.some(({ name }) => name === CORE)) {
    const [install = ''] = installCommands(packageManager, [CORE], [])
    return [fail('core', `${CORE} is not installed`, `${install}, or see "retake init".`)]
  }
  return [checkVersions(own), checkCopies(findCopies(folder, CORE))]
}

/** All packages of Retake share one version number. */
function checkVersions(own: readonly InstalledPackage[]): Finding {
  const versions = [...new Set(own.map(({ version }) => version))]
  const [version = ''] = versions
  if (versions.length === 1) {
    return ok('versions', `${own.map(({ name }) => name).join(', ')} ${version}`)
  }
  const listed = own.map(({ name, version: each }) => `${name} ${each}`).join(', ')
  const message = `packages of different versions: ${listed}`
  const wayOut = 'Bring all packages of Retake to one version.'
  const lines = new Set(versions.map(compatibleLine))
  return lines.size === 1 ? warn('versions', message, wayOut) : fail('versions', message, wayOut)
}

function checkCopies(copies: readonly InstalledPackage[]): Finding {
  if (copies.length <= 1) return ok('copies', `one copy of ${CORE}`)
  const listed = copies.map(({ version, folder }) => `${version} in ${folder}`).join(', ')
  return warn(
    'copies',
    `${plural(copies.length, 'copy', 'copies')} of ${CORE}: ${listed}`,
    'They share their sessions, but errors and options of one may be unknown to the other: dedupe them, and install again.',
  )
}

// Before 1.0 a minor version may change what packages say to each other.
function compatibleLine(version: string): string {
  const [major = '', minor = ''] = version.split('.')
  return major === '0' ? `${major}.${minor}` : major
}
