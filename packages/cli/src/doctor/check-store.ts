import { accessSync, constants, statSync } from 'node:fs'
import type { Context } from '../context.ts'
import { listStoredSessions } from '../sessions/stored-sessions.ts'
import { formatBytes } from '../terminal/bytes.ts'
import { plural } from '../terminal/plural.ts'
import { fail, type Finding, ok, warn } from './finding.ts'

/** Whether the folder of sessions can be used, and what is in it. */
export async function checkStore(context: Context): Promise<readonly Finding[]> {
  const { directory } = context
  const stats = statSync(directory, { throwIfNoEntry: false })
  if (stats === undefined) {
    return [
      warn(
        'store',
        `there is no folder ${directory} yet`,
        'It is made when the first session is recorded. Name another one with --dir.',
      ),
    ]
  }
  if (!stats.isDirectory()) {
    return [
      fail('store', `${directory} is no folder`, 'Move it away, or name a folder with --dir.'),
    ]
  }
  return [checkWritable(directory), ...checkMode(directory, stats.mode), ...(await count(context))]
}

function checkWritable(directory: string): Finding {
  try {
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
    return ok('store', `${directory} can be written to`)
  } catch {
    const wayOut = 'Give it to the user that runs the app.'
    return fail('store', `${directory} cannot be written to`, wayOut)
  }
}

function checkMode(directory: string, mode: number): readonly Finding[] {
  // Windows has no such modes.
  if (process.platform === 'win32') return []
  const octal = (mode & 0o777).toString(8).padStart(4, '0')
  if ((mode & 0o077) === 0) return [ok('mode', `only its owner can read it (${octal})`)]
  const message = `others on this machine can read or write the sessions (${octal})`
  return [warn('mode', message, `chmod 700 ${directory}`)]
}

async function count({ directory, store }: Context): Promise<readonly Finding[]> {
  const stored = listStoredSessions(directory)
  const summaries = await store.list({ limit: Number.POSITIVE_INFINITY })
  const bytes = stored.reduce((sum, session) => sum + session.bytes, 0)
  const [newest] = summaries
  const latest = newest === undefined ? '' : `, the newest of ${newest.startedAt}`
  const counted = `${plural(summaries.length, 'session')}, ${formatBytes(bytes)}${latest}`
  const unreadable = stored.length - summaries.length
  if (unreadable <= 0) return [ok('sessions', counted)]
  return [
    ok('sessions', counted),
    warn(
      'unreadable',
      `${plural(unreadable, 'session')} cannot be read`,
      '"retake verify --sessions" says why.',
    ),
  ]
}
