import { canonical, type Encoded, type Outcome, outcomeOf, differences } from '@retake/format'
import { replayStateOf } from './replay-state.ts'
import type { StartedCall } from '../session/session-state.ts'
import type { Entry } from './entry.ts'

/** Tells the report when a tool that ran for real gave another outcome than the recorded one. */
export function compareOutcome({ scope, event }: StartedCall, entry: Entry, now: Outcome): void {
  const { config } = scope.session
  const redacted = config.redactor.value(comparable(now)).value
  const recorded = comparable(outcomeOf(entry.event) ?? {})
  if (canonical(redacted) === canonical(recorded)) return
  replayStateOf(scope.session).report.diverged(event, entry, differences(recorded, redacted))
}

function comparable({ value = null, error = null, stream }: Outcome): Encoded {
  return { value, error, parts: stream?.parts ?? [] }
}
