import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { SessionData } from '@retake/core'
import { readCassetteFile } from '@retake/core/stores/cassette-files'
import type { Context } from './context.ts'
import { EXIT } from './exit-codes.ts'
import { CommandError } from './failure.ts'
import { printable } from './terminal/printable.ts'

/** How a session is named in the help of commands. */
export const SESSION_HELP = 'an id, the start of one, "last", or a file that ends in .cassette.json'

const SUFFIX = '.cassette.json'
const ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/

/**
 * Finds a session by what a person types.
 *
 * @throws {CommandError} `SESSION_NOT_FOUND` or `SESSION_AMBIGUOUS`; what makes it unreadable comes as a `RetakeError`.
 */
export async function findSession(context: Context, named: string): Promise<SessionData> {
  if (named.endsWith(SUFFIX)) return readCassetteFile(resolve(context.cwd, named))
  const id = await findSessionId(context, named)
  const data = await context.store.load(id)
  if (data === undefined) throw notFound(context, named)
  return data
}

/** Finds the id of a session in the folder. */
export async function findSessionId(context: Context, named: string): Promise<string> {
  if (named === 'last') return lastId(context)
  if (!ID.test(named)) {
    throw new CommandError(
      'SESSION_ID_INVALID',
      EXIT.usage,
      `"${printable(named).slice(0, 80)}" is no session id.`,
    )
  }
  // Whole ids are looked up at once, without a look through the folder.
  if (existsSync(resolve(context.directory, `${named}.jsonl`))) return named
  return byPrefix(context, named)
}

async function lastId(context: Context): Promise<string> {
  const [newest] = await context.store.list({ limit: 1, isReplay: false })
  if (newest) return newest.id
  throw new CommandError(
    'SESSION_NOT_FOUND',
    EXIT.notFound,
    `There is no session in ${context.directory}. Record one first, or name the folder with --dir.`,
  )
}

async function byPrefix(context: Context, named: string): Promise<string> {
  const sessions = await context.store.list({ limit: Number.POSITIVE_INFINITY })
  const found = sessions.filter(({ id }) => id.startsWith(named))
  if (found.length === 1 && found[0]) return found[0].id
  if (found.length === 0) throw notFound(context, named)
  throw new CommandError(
    'SESSION_AMBIGUOUS',
    EXIT.usage,
    `${found.length} sessions begin with ${named}. Type more of the id.`,
  )
}

function notFound({ directory }: Context, named: string): CommandError {
  return new CommandError(
    'SESSION_NOT_FOUND',
    EXIT.notFound,
    `There is no session ${named} in ${directory}. See "retake ls", or name the folder with --dir.`,
  )
}
