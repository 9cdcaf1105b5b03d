import { currentScope, noteLostEmission, storedCopy } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import { currentClock } from './emission-clock.ts'
import {
  isShown,
  type EmissionNote,
  type Emissions,
  type Told,
  type ToolContext,
  type ToolRun,
} from './emission-notes.ts'
import { Mark } from './message-marks.ts'
import { pack } from './pack.ts'
import { copyTold } from './told-value.ts'
import { idsOf, messagesAround } from './tool-place.ts'

export type More = Pick<Told, 'ns' | 'handler' | 'input'>

/** Notes what a tool tells, as plain data, at once: frameworks go on changing what they have handed out. */
export interface EmissionRecorder {
  /** @returns the number of the note, and -1 when there is none. */
  add(door: string, args: readonly unknown[], more?: More): number
  /** Notes that a handler which lags behind was told of a note. */
  follow(of: number): void
  /** Notes that a run has started beneath the tool. */
  started(run: unknown): void
  /** What was noted since the last time; `undefined` when nothing was. */
  take(isLast: boolean): Emissions | undefined
}

type Lose = (what: string) => void

const NO_NOTE = -1
const ignore: Lose = () => {}

interface Known {
  readonly id: number
  /** As it was last stored. */
  readonly text: string
}

/** Notes what the tool tells that runs now. */
export function createEmissionRecorder(
  run: ToolRun | undefined,
  config: ToolContext | undefined,
  classes: Classes,
): EmissionRecorder {
  const clock = currentClock()
  const scope = currentScope()
  const ids = idsOf(run, config)
  const places = new Map(
    [...messagesAround(config)].map(([path, message]) => [message as object, path]),
  )
  const known = new Map<object, Known>()
  const notes: EmissionNote[] = []
  const runs: string[] = []
  let isOpen = true
  let [taken, takenRuns] = [0, 0]

  // Who reads a message twice sees one object, with all that was done to it in between.
  function mark(message: object, lose: Lose): Mark {
    const place = places.get(message)
    if (place !== undefined) return new Mark(place)
    const before = known.get(message)
    const { text, value, lost } = storedCopy(pack(message, classes))
    if (lost !== undefined) lose(lost)
    if (before?.text === text) return new Mark(before.id)
    const id = before?.id ?? known.size
    known.set(message, { id, text })
    return new Mark(id, value as object)
  }

  function packed(value: unknown, lose: Lose): unknown {
    const copy = copyTold(value, { classes, mark: (message) => mark(message, lose), lose })
    const stored = storedCopy(pack(copy, classes))
    if (stored.lost !== undefined) lose(stored.lost)
    return stored.value
  }

  function lose(what: string): void {
    const here = currentScope()
    const isBeneath = here?.beneath !== undefined && here.session === scope?.session
    const from = isBeneath ? here : scope
    if (from) noteLostEmission(from, `tells what a recording does not hold: ${what}`)
  }

  return {
    add(door, args, more = {}) {
      try {
        if (isOpen) {
          const told = args.map((arg, at) => packed(arg, isShown(door, at) ? lose : ignore))
          notes.push({ n: clock.next(), door, args: told, ...more })
          return notes.length - 1
        }
        lose('what was told after the tool had returned')
      } catch (error) {
        // What cannot be noted must not cost the call.
        lose(error instanceof Error ? error.message : String(error))
      }
      return NO_NOTE
    },
    follow(of) {
      if (isOpen && of >= 0) notes.push({ n: clock.next(), of })
    },
    started: (id) => void (typeof id === 'string' && runs.push(id)),
    take(isLast) {
      if (notes.length === taken && !(isLast && taken > 0)) return undefined
      const changed = [...known.keys()].map((message) => packed(message, lose))
      const emissions = {
        context: ids,
        runs: runs.slice(takenRuns),
        from: taken,
        notes: notes.slice(taken),
        end: clock.next(),
        later: changed.filter((one) => typeof one === 'object' && one !== null && 'now' in one),
      }
      isOpen &&= !isLast
      taken = notes.length
      takenRuns = runs.length
      return emissions
    },
  }
}
