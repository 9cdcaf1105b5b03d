import { type Timer, monotonicMs, holdsProcess, startTimer, stopTimer } from '../runtime/clock.ts'
import { retain } from '../session/lifecycle.ts'
import { bindScope, currentScope } from '../session/scope.ts'
import type { SessionState } from '../session/session-state.ts'
import type { TimerTrack, WaitingTimer } from '../virtual/session-timers.ts'

/** A virtual timer that is to be started. */
export interface TimerPlan {
  readonly session: SessionState
  readonly track: TimerTrack
  /** What a real one would take. */
  readonly ms: number
  readonly repeats: boolean
}

// How much longer than it takes a timer that never fired when recorded is waited for, once nothing else moves: code
// that was edited may wait for it, and would wait for ever.
const IDLE_MS = 1_000
// Longer ones are over at once.
const LONGEST_MS = 2 ** 31 - 1

const byId = new Map<number, VirtualTimer>()
// Beyond what the runtime itself has counted to.
let lastId = 2 ** 40

/** The timer that a number or its text stands for. */
export function timerOf(id: unknown): VirtualTimer | undefined {
  return typeof id === 'number' || typeof id === 'string' ? byId.get(Number(id)) : undefined
}

/**
 * A timer of a replay. It fires in its recorded turn, and waits for nothing else; one that never fired within the
 * recorded session does not fire before the replay is over, and is a real one then.
 *
 * It has the methods of Node's timers.
 *
 * @see docs/decisions/0070-virtual-timers.md
 */
export class VirtualTimer implements WaitingTimer {
  readonly #plan: TimerPlan
  readonly #fire: (timer: VirtualTimer) => void
  #inContext = bindScope(currentScope())
  #startedMs = 0
  /** The firing that comes next. */
  #next = 0
  /** Lets the session go that it holds open until its turn has come. */
  #letGo: (() => void) | undefined = undefined
  #real: Timer | undefined = undefined
  #isReal = false
  #isClosed = false
  #isRef = true
  #id: number | undefined = undefined

  constructor(plan: TimerPlan, fire: (timer: VirtualTimer) => void) {
    this.#plan = plan
    this.#fire = fire
    this.#start()
  }

  // One that has fired starts again. Of one that has not, just its recorded turn counts.
  refresh(): this {
    if (this.#isClosed || this.#letGo) return this
    // As of a real one, its callback runs in the context of whoever starts it again.
    this.#inContext = bindScope(currentScope())
    if (this.#isReal) this.#goReal(this.#plan.ms)
    else this.#start()
    return this
  }

  ref(): this {
    return this.#hold(true)
  }

  unref(): this {
    return this.#hold(false)
  }

  hasRef(): boolean {
    return this.#isRef
  }

  close(): this {
    const { session, track } = this.#plan
    for (const tick of track.ticks?.slice(this.#next) ?? []) session.replay?.skip(tick)
    this.#isClosed = true
    this.#end()
    return this
  }

  release(): void {
    const { session, track, ms } = this.#plan
    for (const tick of track.ticks?.slice(this.#next) ?? []) session.replay?.skip(tick)
    this.#disarm()
    this.#goReal(Math.max(0, this.#startedMs + ms - monotonicMs()))
  }

  [Symbol.dispose](): void {
    this.close()
  }

  [Symbol.toPrimitive](): number {
    this.#id ??= lastId++
    byId.set(this.#id, this)
    return this.#id
  }

  #start(): void {
    const { session, track, ms } = this.#plan
    const { timers } = session.virtual ?? {}
    this.#startedMs = monotonicMs()
    timers?.waiting.add(this)
    if (timers?.isReleased) return this.#goReal(ms)
    const tick = track.ticks?.[this.#next]
    if (tick === undefined) return this.#waitForEver()
    const letGo = (this.#letGo = retain(session))
    session.replay?.runInTurn(tick, () => this.#letGo === letGo && this.#fireInTurn(letGo), ms)
  }

  #fireInTurn(letGo: () => void): void {
    this.#letGo = undefined
    this.#next++
    if (!this.#plan.repeats) this.#end()
    try {
      this.#run()
    } finally {
      if (this.#plan.repeats && !this.#isClosed && !this.#isReal) this.#start()
      letGo()
    }
  }

  #run(): void {
    const { session, track } = this.#plan
    if (!session.settled) track.note?.(++session.tick)
    this.#inContext(() => this.#fire(this))
  }

  #waitForEver(): void {
    const { session, ms } = this.#plan
    const moves = session.replay?.moves
    this.#startReal(Math.min(ms + IDLE_MS, LONGEST_MS), () => {
      if (session.replay?.moves !== moves) return this.#waitForEver()
      session.virtual?.timers?.noteExtra()
      this.#goReal(0)
    })
  }

  #goReal(ms: number): void {
    const { repeats } = this.#plan
    this.#isReal = true
    this.#startReal(ms, () => {
      if (repeats) this.#goReal(this.#plan.ms)
      else this.#end()
      this.#run()
    })
  }

  #startReal(ms: number, task: () => void): void {
    stopTimer(this.#real)
    this.#real = startTimer(task, ms)
    holdsProcess(this.#real, this.#isRef)
  }

  #hold(isRef: boolean): this {
    this.#isRef = isRef
    if (this.#real) holdsProcess(this.#real, isRef)
    return this
  }

  #end(): void {
    this.#disarm()
    this.#plan.session.virtual?.timers?.waiting.delete(this)
    if (this.#id !== undefined) byId.delete(this.#id)
  }

  #disarm(): void {
    stopTimer(this.#real)
    this.#real = undefined
    this.#letGo?.()
    this.#letGo = undefined
  }
}
