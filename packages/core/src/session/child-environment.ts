import { formatReplayHeader } from '../http/headers.ts'
import { createHop } from './hop.ts'
import { currentScope, nextOrdinal } from './scope.ts'

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
  const scope = currentScope()
  if (scope === undefined || scope.beneath === 'leaf') return {}
  const { id, options, replay } = scope.session
  const ordinal = nextOrdinal(scope.frame, 'hop:child')
  const hop = createHop(options.hop ?? '', scope.frame.path, 'child', ordinal)
  if (replay === undefined || options.replayOf === undefined) {
    return { RETAKE_SESSION_ID: id, RETAKE_SESSION_HOP: hop }
  }
  const { match, onMiss } = replay.options
  return {
    RETAKE_REPLAY_ENABLED: '1',
    RETAKE_REPLAY: formatReplayHeader({ id: options.replayOf, match, onMiss }),
    RETAKE_SESSION_HOP: hop,
  }
}
