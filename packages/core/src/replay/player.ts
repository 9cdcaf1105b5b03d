import type { Outcome, ReplayReport, RetakeError } from '@retake/format'
import type { ResolvedReplayOptions } from '../session/replay-options.ts'
import type {
  CallAnswer,
  FoundRecording,
  RecordedEmissions,
  SessionState,
  StartedCall,
} from '../session/session-state.ts'
import { keepBackOff } from './back-off.ts'
import { compareOutcome } from './compare.ts'
import { decideCall, isPastCut } from './decide.ts'
import type { Entry } from './entry.ts'
import { refuse } from './refusal.ts'
import type { ReplayState, StatefulReplay } from './replay-state.ts'
import { play } from './serving.ts'

/**
 * The replay of a session, as the session and its calls know it: what they ask, handed to the files beside this one.
 *
 * A class, since every call of a replay looks its functions up.
 */
export class Player implements StatefulReplay {
  readonly state: ReplayState

  constructor(state: ReplayState) {
    this.state = state
  }

  get options(): ResolvedReplayOptions {
    return this.state.options
  }

  hasLeftovers(): boolean {
    return this.state.cassette.leftovers().length > 0
  }

  report(session: SessionState): ReplayReport {
    return this.state.report.finish(session, this.state)
  }

  makesCalls(): boolean {
    return this.state.options.onMiss !== 'error' || isPastCut(this.state)
  }

  settled(session: SessionState): void {
    keepBackOff(session)
  }

  answer(call: StartedCall): CallAnswer {
    return decideCall(call)
  }

  play(call: StartedCall, found: FoundRecording): unknown {
    return play(call, found as Entry)
  }

  compare(call: StartedCall, found: FoundRecording, outcome: Outcome): void {
    compareOutcome(call, found as Entry, outcome)
  }

  emissions(path: string, ord: number): RecordedEmissions | undefined {
    return this.state.emissions.find(path, ord)
  }

  refuse(call: StartedCall, error: RetakeError): unknown {
    return refuse(call, error)
  }
}
