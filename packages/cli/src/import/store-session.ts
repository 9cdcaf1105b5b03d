import type { SessionData, Store } from '@retake/core'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'

/**
 * Writes a whole session to a store.
 *
 * @throws {CommandError} `SESSION_EXISTS`: a second writer would add to the session that is there.
 */
export async function storeSession(store: Store, data: SessionData): Promise<void> {
  const { session, events, virtual = [], end } = data
  if ((await store.load(session.id)) !== undefined) {
    throw new CommandError(
      'SESSION_EXISTS',
      EXIT.usage,
      `There is a session ${session.id} already. See it with "retake show ${session.id}".`,
    )
  }
  const log = store.open(session)
  for (const record of virtual) log.append(record)
  for (const event of events) log.append({ ...event })
  if (end) log.append(end)
  log.close()
  await store.flush?.()
}
