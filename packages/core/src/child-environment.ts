import { nextHop } from './session/hop.ts'
import { currentSessionScope } from './session/scope.ts'
import { replayOfOthers } from './replay/replay-of-others.ts'

/**
 * What a child process is given in its environment to belong to the session of the running code: its `retake.session()`
 * then records into that session, and in a replay serves what it has recorded there.
 *
 *     spawn('node', ['worker.js'], { env: { ...process.env, ...childEnvironment() } })
 *
 * Make one for each child, since it says as well which child this is. Empty outside of a session, and within a call
 * that is recorded as a whole. That a child fails is seen by its exit code only.
 */
export function childEnvironment(): Readonly<Record<string, string>> {
  const scope = currentSessionScope()
  if (scope === undefined || scope.beneath === 'leaf') return {}
  const hop = { RETAKE_SESSION_HOP: nextHop(scope, 'child') }
  const asked = replayOfOthers(scope.session)
  return asked === undefined
    ? { RETAKE_SESSION_ID: scope.session.id, ...hop }
    : { RETAKE_REPLAY_ENABLED: '1', RETAKE_REPLAY: asked, ...hop }
}
