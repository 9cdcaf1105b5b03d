import { currentScope, type Scope } from '@retake/core/adapter'

/** The order of all that the tools of a session tell, as it was recorded: tools may run at the same time. */
export interface EmissionClock {
  /** The next number, while a session is recorded. */
  next(): number
  /** Resolves when nothing with a lower number is to come of a tool that plays now. */
  turn(player: object, n: number): Promise<void>
  /** A tool begins to play at a number. */
  begin(player: object, n: number): void
  /** It has told all. */
  end(player: object): void
}

const clocks = new WeakMap<Scope['session'], EmissionClock>()

/** The clock of the running session. */
export function currentClock(): EmissionClock {
  const session = currentScope()?.session
  const known = session && clocks.get(session)
  if (known) return known
  const clock = createClock()
  if (session) clocks.set(session, clock)
  return clock
}

function createClock(): EmissionClock {
  const playing = new Map<object, number>()
  let waiting: (() => void)[] = []
  let last = 0

  function wake(): void {
    const woken = waiting
    waiting = []
    for (const resolve of woken) resolve()
  }

  function isFirst(n: number): boolean {
    for (const other of playing.values()) if (other < n) return false
    return true
  }

  return {
    next: () => last++,
    begin: (player, n) => void playing.set(player, n),
    async turn(player, n) {
      playing.set(player, n)
      wake()
      while (!isFirst(n)) await new Promise<void>((resolve) => void waiting.push(resolve))
    },
    end(player) {
      playing.delete(player)
      wake()
    },
  }
}
