import { existsSync, realpathSync } from 'node:fs'
import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'

/**
 * A path below a folder, for what names files without being the user.
 *
 * @throws {CommandError} `PATH_OUTSIDE` when it leads out of the folder, also by a link.
 */
export function confine(folder: string, path: string): string {
  const full = resolve(folder, path)
  const place = relative(realpathSync(folder), realPath(full))
  if (place === '' || place.startsWith('..') || isAbsolute(place)) {
    throw new CommandError('PATH_OUTSIDE', EXIT.usage, `"${path}" is not within the project.`)
  }
  return full
}

// As far as it is there: a file that is to be made is none yet.
function realPath(path: string): string {
  if (existsSync(path)) return realpathSync(path)
  const above = dirname(path)
  return above === path ? path : resolve(realPath(above), relative(above, path))
}
