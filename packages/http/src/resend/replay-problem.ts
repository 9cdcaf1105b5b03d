import type { OutboundResponse } from '@retake/format'

/** What took the place of an app's answer, because the replay failed. */
export interface ReplayProblem {
  /** Such as `REPLAY_MISS`. */
  readonly code: string
  /** The message of the error. */
  readonly detail: string
}

/** The problem that an answer consists of; `undefined` for an answer of the app. */
export function replayProblem({ headers, body }: OutboundResponse): ReplayProblem | undefined {
  if (!headers['content-type']?.startsWith('application/problem+json')) return undefined
  const { code, detail } = (body ?? {}) as { readonly code?: unknown; readonly detail?: unknown }
  const isOurs = typeof code === 'string' && code.startsWith('REPLAY_')
  return isOurs ? { code, detail: String(detail) } : undefined
}
