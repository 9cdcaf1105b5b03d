import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { findCassettes, requireFound } from '../cassettes/find-cassettes.ts'
import { type Context, requireDirectory } from '../context.ts'
import { findSessionId } from '../find-session.ts'
import { listStoredSessions } from '../sessions/stored-sessions.ts'

/** What is to be checked. */
export interface ToCheck {
  /** Cassettes, absolute. */
  readonly files: readonly string[]
  /** Ids of stored sessions. */
  readonly ids: readonly string[]
}

/** Finds what was named; without names, the cassettes below the current folder. */
export async function findChecked(
  context: Context,
  named: readonly string[],
  hasSessions: boolean,
): Promise<ToCheck> {
  const isPath = (name: string) => /[/\\.]/.test(name) || existsSync(resolve(context.cwd, name))
  const paths = named.filter(isPath)
  const ids: string[] = []
  for (const name of named) if (!isPath(name)) ids.push(await findSessionId(context, name))
  const files =
    named.length > 0 && paths.length === 0 ? [] : requireFound(findCassettes(context, paths))
  return { files, ids: hasSessions ? allIds(context) : ids }
}

function allIds(context: Context): readonly string[] {
  requireDirectory(context)
  return listStoredSessions(context.directory).map(({ id }) => id)
}
