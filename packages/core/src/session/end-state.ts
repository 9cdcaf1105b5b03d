import type { EndState } from '@retake/format'
import type { SessionState } from './session-state.ts'
import type { SessionOutline } from './config.ts'

/** How the session went, as far as is known now. */
export function resolveEndState(session: SessionState): EndState {
  if (session.failure !== undefined || failsByLeftovers(session)) return 'failure'
  if (session.endState !== undefined) return session.endState
  if (session.over === 'error') return 'failure'
  return session.over === 'finished' ? 'success' : 'indeterminate'
}

/** Name, agent and tags as they are now. */
export function outline({ id, record, changes }: SessionState): SessionOutline {
  const name = changes?.name ?? record.name
  const agent = changes?.agent ?? record.agent
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(agent === undefined ? {} : { agent }),
    tags: changes?.tags ?? record.tags ?? [],
  }
}

// Only when all is over: until then, what nobody has asked for may still be asked for.
function failsByLeftovers(session: SessionState): boolean {
  return session.settled && session.onLeftover === 'error' && hasLeftovers(session)
}

/** Whether a replay has recordings left that no call was served. */
export function hasLeftovers({ replay }: SessionState): boolean {
  return replay?.hasLeftovers() ?? false
}
