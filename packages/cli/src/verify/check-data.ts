import type { EventRecord, SessionData } from '@retake/core'
import { strayFingerprints } from '@retake/core/cassette-file'
import { isRetakeError } from '@retake/core'
import { toFailure } from '../failure.ts'
import { plural } from '../terminal/plural.ts'
import type { Problem } from './problem.ts'

const MAX_NAMED = 5

/**
 * What can be wrong with a session, wherever it is stored.
 *
 * @param level of what keeps it from being replayed whole: in a cassette it is in the way of its purpose.
 * @throws {ReplayInvalidSessionError} when its content is corrupt.
 */
export function checkData(data: SessionData, level: 'attention' | 'note'): readonly Problem[] {
  // All of them, since a part of a journal is read only when somebody looks.
  const events = data.events.map((event) => ({ ...event }))
  const { session, end } = data
  const withheld = events.filter((event) => event.withheld !== undefined)
  const hasNoAnswers = session.capture === 'metadata' || session.capture === 'off'
  return [
    ...strayFingerprintsOf({ ...data, events }),
    ...when(withheld.length > 0 && !hasNoAnswers, {
      level,
      code: 'withheld',
      message: `holds ${plural(withheld.length, 'call')} that cannot be served (${named(withheld)}): a part of what they gave was not stored`,
    }),
    ...when(hasNoAnswers, {
      level,
      code: 'no-answers',
      message: `was recorded with capture "${session.capture}" and holds no answers`,
    }),
    ...when(end === undefined, {
      level,
      code: 'no-end',
      message: 'has no end: it is still running, or its process died',
    }),
    ...when((end?.lost ?? 0) > 0, {
      level: 'attention',
      code: 'lost',
      message: `is not whole: the store did not take ${plural(end?.lost ?? 0, 'record')}, so that it is not replayed`,
    }),
  ]
}

/** A file that is not read, as a problem. */
export function unreadable(error: unknown): Problem {
  const { message } = toFailure(error)
  const reason = isRetakeError(error) ? error.data.reason : undefined
  const code = typeof reason === 'string' ? reason : 'unreadable'
  return { level: 'corrupt', code, message }
}

function strayFingerprintsOf(data: SessionData): readonly Problem[] {
  const strays = strayFingerprints(data)
  return when(strays.length > 0, {
    level: 'corrupt',
    code: 'fingerprint',
    message: `was changed by hand: ${plural(strays.length, 'request is', 'requests are')} not what the fingerprint says (${named(strays)}). Record it again`,
  })
}

function named(events: readonly EventRecord[]): string {
  const names = events.slice(0, MAX_NAMED).map(({ seq, kind, name }) => `${seq} ${kind} ${name}`)
  return [...names, ...(events.length > MAX_NAMED ? ['…'] : [])].join(', ')
}

function when(condition: boolean, problem: Problem): readonly Problem[] {
  return condition ? [problem] : []
}
