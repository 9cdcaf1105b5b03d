import {
  describeWithheld,
  EMISSIONS,
  encode,
  isoTime,
  packSlots,
  type EmissionSlot,
  type EventRecord,
} from '@retake/format'
import { append } from '../session/append.ts'
import { guarded } from '../session/guard.ts'
import { noteClosed, noteOpen } from '../session/open-work.ts'
import type { Scope } from '../session/running-session.ts'
import { stateOf, type SessionScope } from '../session/session-state.ts'
import { emissionEvent } from './emission-event.ts'
import type { EmissionOptions, Emissions } from './emissions.ts'
import { noteLostEmission } from './lost-emission.ts'

interface Recorded extends EmissionOptions {
  readonly scope: SessionScope
  readonly ord: number
}

// What is written beneath calls is held in memory until the stream is over.
const MAX_CHUNKS = 50_000

/** Notes what is written, and writes it on as it comes. */
export class EmissionRecorder implements Emissions {
  readonly #about: Recorded
  readonly #slots: EmissionSlot[] = []
  readonly #seq: number
  readonly #startedAt = isoTime()
  #works = 1
  #chunks = 0
  #isWritten = false
  #isTooMuch = false

  constructor(about: Recorded) {
    this.#about = about
    const { session } = about.scope
    this.#seq = ++session.seq
    noteOpen(session, this.#seq, () => this.#finish())
  }

  push(chunk: unknown, from: Scope | undefined): void {
    const { session } = this.#about.scope
    const isOwn = from !== undefined && stateOf(from.session) === session
    if (!this.#isWritten) {
      const isBeneath = isOwn && from.beneath !== undefined && from.parent !== undefined
      if (isBeneath) this.#note(from, from.parent, chunk)
      else this.#slots.push(0)
    }
    this.#about.write(chunk)
  }

  // Encoded at once: frameworks go on changing what they have written.
  #note(from: Scope, seq: number, chunk: unknown): void {
    const { session } = this.#about.scope
    let lost: string | undefined
    guarded(session, () => {
      if (++this.#chunks > MAX_CHUNKS) this.#isTooMuch = true
      else
        this.#slots.push([
          seq,
          encode(chunk, {
            onWithheld: (path, reason) => (lost ??= describeWithheld(path, 'a chunk', reason)),
          }),
        ])
    })
    if (lost !== undefined) noteLostEmission(from, `writes what a recording does not hold: ${lost}`)
  }

  begin(): void {
    this.#works++
  }

  end(): void {
    if (--this.#works === 0) this.#about.onOver?.()
  }

  seal(count: number): void {
    if (this.#isWritten) return
    this.#slots.length = Math.min(this.#slots.length, count)
    this.#finish()
  }

  /** Writes what was noted. A stream to which no call has written leaves nothing. */
  #finish(): void {
    if (this.#isWritten) return
    this.#isWritten = true
    const { session } = this.#about.scope
    noteClosed(session, this.#seq)
    if (this.#chunks > 0) guarded(session, () => append(session, this.#record()))
  }

  #record(): EventRecord {
    const { scope, ord } = this.#about
    const { capture, redactor } = scope.session.config
    const value = packSlots(this.#slots)
    const isFull = capture.level === 'full'
    const redacted = isFull ? { value: { value }, changed: false } : redactor.outcome({ value })
    const { outcome, withheld } = capture.outcome('tool', redacted.value)
    const lost = this.#isTooMuch ? `more than ${MAX_CHUNKS} chunks were written` : withheld
    return emissionEvent(scope, EMISSIONS, {
      seq: this.#seq,
      ord,
      startedAt: this.#startedAt,
      ...(lost === undefined ? { outcome } : { withheld: lost }),
      ...(redacted.changed && { redacted: true }),
    })
  }
}
