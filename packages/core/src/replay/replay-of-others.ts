import type { SessionScope } from '../session/session-state.ts'
import { formatReplayHeader } from './replay-request.ts'

/** What others are to replay for a session, in the form of `X-Replay`; `undefined` while it is recorded. */
export function replayOfOthers({ options, replay }: SessionScope['session']): string | undefined {
  const { replayOf: id } = options
  if (replay === undefined || id === undefined) return undefined
  const { match, onMiss, tools } = replay.options
  // What is ignored is said of the answer of this one.
  return formatReplayHeader({ id, match, onMiss, ...(typeof tools === 'string' && { tools }) })
}
