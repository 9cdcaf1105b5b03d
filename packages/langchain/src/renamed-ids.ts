import { currentScope, type Scope } from '@retake/core/adapter'
import { mapTexts } from './map-texts.ts'
import { UUIDS } from './uuids.ts'

// Ids of the recording, by those that a replay has put in their place.
const renamed = new WeakMap<Scope['session'], Map<string, string>>()

/** Notes ids that were replaced in what a replay has served. */
export function noteRenamed(ids: ReadonlyMap<string, string>): void {
  const session = currentScope()?.session
  if (session === undefined || ids.size === 0) return
  const known = renamed.get(session) ?? new Map<string, string>()
  renamed.set(session, known)
  for (const [now, then] of ids) known.set(now, then)
}

/** A request as it was recorded, as far as ids were replaced: what was served comes back in later requests. */
export function withRecordedIds<T>(request: T): T {
  const session = currentScope()?.session
  const ids = session && renamed.get(session)
  if (ids === undefined) return request
  return mapTexts(request, (text) => text.replace(UUIDS, (id) => ids.get(id) ?? id)) as T
}
