import { joinPath, escapeName } from '@retake/format'

/** A place in the tree of calls and scopes. */
export interface Frame {
  /** Names of the enclosing calls and scopes with what tells siblings apart, joined by ` > `. */
  readonly path: string
  /** The same without what tells siblings apart. */
  readonly place: string
  /** The first `kind:name` that an ordinal was given out for, and how many were. Nearly always the only one. */
  first: string | undefined
  firsts: number
  /** Ordinals given out so far for the others. */
  ordinals: Map<string, number> | undefined
}

/** The outermost frame of a session. */
export function rootFrame(): Frame {
  // All fields at once: those that are added later take more memory.
  return { path: '', place: '', first: undefined, firsts: 0, ordinals: undefined }
}

/** Gives out the next ordinal among siblings of one name. Synchronous, so that start order decides. */
export function nextOrdinal(frame: Frame, segment: string): number {
  frame.first ??= segment
  if (frame.first === segment) return frame.firsts++
  frame.ordinals ??= new Map()
  const ordinal = frame.ordinals.get(segment) ?? 0
  frame.ordinals.set(segment, ordinal + 1)
  return ordinal
}

/** The frame of a named child. `key`, where there is one, replaces the ordinal. */
export function childFrame(frame: Frame, segment: string, disambiguator: number | string): Frame {
  return new ChildFrame(frame, segment, disambiguator)
}

// Its names are put together when they are asked for: beneath most calls of models nothing ever does.
class ChildFrame implements Frame {
  first: string | undefined = undefined
  firsts = 0
  ordinals: Map<string, number> | undefined = undefined
  readonly #parent: Frame
  readonly #segment: string
  readonly #disambiguator: number | string
  #path: string | undefined = undefined
  #place: string | undefined = undefined

  constructor(parent: Frame, segment: string, disambiguator: number | string) {
    this.#parent = parent
    this.#segment = segment
    this.#disambiguator = disambiguator
  }

  get path(): string {
    return (this.#path ??= joinPath(this.#parent.path, this.#name() + this.#suffix()))
  }

  get place(): string {
    return (this.#place ??= joinPath(this.#parent.place, this.#name()))
  }

  #name(): string {
    return escapeName(this.#segment)
  }

  #suffix(): string {
    const disambiguator = this.#disambiguator
    return typeof disambiguator === 'number'
      ? `#${disambiguator}`
      : `[${escapeName(disambiguator)}]`
  }
}
