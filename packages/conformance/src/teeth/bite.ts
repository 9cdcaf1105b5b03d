import type { SessionData } from '@retake/core'
import { printFigures } from '../figures.ts'
import { createTestRetake, endingOf } from '../lab.ts'
import { mutationsOf } from './mutations.ts'

/** What strict mode made of changed requests. */
export interface Bite {
  tried: number
  /** Changes that it did not notice, as `what: change`. There must be none. */
  readonly survivors: string[]
}

/** A request that was recorded, and how to make it again. */
export interface Asked {
  readonly source: SessionData
  readonly request: unknown
  readonly ask: (request: unknown) => Promise<unknown>
}

export interface BiteOptions {
  /** Whose request it is. */
  readonly what: string
  /** Tries one of so many changes. By default all of them. */
  readonly every?: number
  /** Which one of so many, so that several requests of one form share the changes among them. */
  readonly offset?: number
}

const retake = createTestRetake()

export function createBite(): Bite {
  return { tried: 0, survivors: [] }
}

/** Asks for a recording with one thing changed, once for each change. All but a miss is a survivor. */
export async function bite(
  count: Bite,
  { source, request, ask }: Asked,
  { what, every = 1, offset = 0 }: BiteOptions,
): Promise<void> {
  let index = offset
  for (const { change, request: changed } of mutationsOf(request)) {
    if (index++ % every !== 0) continue
    count.tried++
    const replayed = retake.replay(source, () => ask(changed), {
      match: 'strict',
      onLeftover: 'ignore',
    })
    const ending = await endingOf(replayed)
    if (!isMiss(ending)) count.survivors.push(`${what}: ${change}`)
  }
}

/** Prints the kill rate of the changes that were tried. */
export function printKillRate(what: string, { tried, survivors }: Bite): void {
  const killed = tried - survivors.length
  const rate = ((100 * killed) / tried).toFixed(2)
  printFigures(`teeth: ${what}: ${killed} of ${tried} changes noticed, ${rate} %`)
}

function isMiss(ending: object): boolean {
  return 'error' in ending && (ending.error as { code?: unknown } | null)?.code === 'REPLAY_MISS'
}
