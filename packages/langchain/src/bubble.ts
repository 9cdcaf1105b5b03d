import { TAG } from './pack.ts'

const BUBBLE = 'bubble'

/** What a tool did that goes through a graph as an error, and is none: it waits for a human, or steers. */
export class Bubble {
  readonly error: Error

  constructor(error: Error) {
    this.error = error
  }
}

/** Whether what was thrown is a graph's way of going on, as against an error. */
export function isBubble(error: unknown): error is Error {
  return error instanceof Error && 'is_bubble_up' in error && error.is_bubble_up === true
}

/** What is stored of it. */
export function packBubble({ error }: Bubble): object {
  return { [TAG]: BUBBLE, name: error.name }
}

/** Whether a stored output stands for it. */
export function isBubbleTag(stored: unknown): boolean {
  return typeof stored === 'object' && stored !== null && Reflect.get(stored, TAG) === BUBBLE
}
