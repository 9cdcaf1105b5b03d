/** Stands for a message that is known already, or for one that is new or has changed. */
export class Mark {
  /** Its number, or its place in the state of the graph. */
  readonly id: number | string
  /** The message, where it is new or has changed: packed where the mark is to be packed. */
  readonly now: object | undefined

  constructor(id: number | string, now?: object) {
    this.id = id
    this.now = now
  }
}
