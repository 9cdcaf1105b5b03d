import { spawnSync, type SpawnSyncOptions } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Tells where a program is installed, if it is. Debian keeps those of PostgreSQL outside of PATH, by version. */
export function findProgram(name: string): string | undefined {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed(),
  ]
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file))
}

/**
 * Runs a program to its end, and gives what it has printed.
 *
 * @throws when it fails.
 */
export function run(
  program: string,
  args: readonly string[],
  options: SpawnSyncOptions = {},
): string {
  const { error, status, stdout, stderr } = spawnSync(program, args, {
    ...options,
    encoding: 'utf8',
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr}`)
  return stdout
}
