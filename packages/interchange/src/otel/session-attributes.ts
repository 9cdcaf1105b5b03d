import type { SessionData } from '@retake/format'
import type { Attributes } from './otlp.ts'

/** The attributes of the span of a session. */
export function sessionAttributes({ session, end }: SessionData): Attributes {
  const { id, agent, goal, tags, metadata, replayOf, request, response } = session
  return {
    'retake.session.id': id,
    'retake.goal': goal,
    'retake.tags': tags,
    'retake.metadata': metadata && JSON.stringify(metadata),
    'retake.replay_of': replayOf,
    'retake.end_state': end?.endState ?? 'indeterminate',
    'retake.end_reason': end?.endReason,
    'gen_ai.agent.name': agent,
    'http.request.method': request?.method,
    'url.path': request?.url.split('?', 1)[0],
    'url.query': request?.url.split('?').slice(1).join('?') || undefined,
    'http.response.status_code': response?.status,
  }
}
