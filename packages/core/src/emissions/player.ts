import { decode, type EmissionSlot } from '@retake/format'
import { startTimer, stopTimer, type Timer } from '../runtime/clock.ts'
import { retain } from '../session/lifecycle.ts'
import type { Scope } from '../session/running-session.ts'
import { stateOf, type RecordedEmissions, type SessionState } from '../session/session-state.ts'
import type { EmissionOptions, Emissions } from './emissions.ts'

interface Played extends EmissionOptions {
  readonly session: SessionState
  /** Absent where none were recorded. */
  readonly recorded: RecordedEmissions | undefined
}

/** Writes recorded chunks at their place among those that the app's own code writes now. */
export class EmissionPlayer implements Emissions {
  readonly #played: Played
  readonly #slots: readonly EmissionSlot[]
  readonly #held: unknown[] = []
  readonly #forget: () => void
  readonly #settled: () => void
  #next = 0
  #works = 1
  #isDraining = false
  #stall: Timer | undefined

  constructor(played: Played) {
    this.#played = played
    this.#slots = played.recorded?.slots ?? []
    this.#settled = retain(played.session)
    this.#forget = played.recorded?.onServed(() => this.#drain()) ?? (() => {})
  }

  push(chunk: unknown, from: Scope | undefined): void {
    const { session, write } = this.#played
    const isOwn = from !== undefined && stateOf(from.session) === session
    // From beneath a call that runs for real.
    if (isOwn && from.beneath !== undefined) return write(chunk)
    this.#held.push(chunk)
    this.#drain()
  }

  begin(): void {
    this.#works++
  }

  end(): void {
    if (--this.#works !== 0) return
    this.#drain(true)
    stopTimer(this.#stall)
    this.#forget()
    this.#settled()
    this.#played.onOver?.()
  }

  seal(): void {
    // Chunks are counted while a session is recorded.
  }

  // Code that is called by a chunk may write another one.
  #drain(isOver = false): void {
    if (this.#isDraining) return
    this.#isDraining = true
    stopTimer(this.#stall)
    this.#stall = undefined
    while (this.#step(isOver));
    this.#isDraining = false
    if (!isOver && this.#held.length > 0) {
      this.#stall = startTimer(() => this.#giveUp(), this.#played.recorded?.stallMs ?? 0)
    }
  }

  /** Writes the next chunk, if it is its turn. */
  #step(isOver: boolean): boolean {
    const slot = this.#slots[this.#next]
    const { recorded } = this.#played
    if (slot !== undefined && slot !== 0) {
      const [seq, chunk] = slot
      const state = recorded?.stateOf(seq)
      if (state === 'served') this.#write(chunk)
      else if (state !== 'live' && !isOver) return false
      else if (state !== 'live') recorded?.dropped()
      this.#next++
      return true
    }
    if (this.#held.length > 0) this.#played.write(this.#held.shift())
    else if (slot === undefined || !isOver) return false
    this.#next++
    return true
  }

  #write(chunk: Exclude<EmissionSlot, 0>[1]): void {
    try {
      this.#played.write(decode(chunk))
    } catch {
      this.#played.recorded?.dropped()
    }
  }

  // The code does not make the call any more, or makes it later: what waits behind it goes on.
  #giveUp(): void {
    this.#played.recorded?.dropped()
    this.#next++
    this.#drain()
  }
}
