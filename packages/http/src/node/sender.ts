/** What sends a response. */
export interface Sender {
  readonly writeHead: Send
  readonly write: Send
  readonly end: Send
  readonly addTrailers: Send
}

export type Send = (...args: never[]) => unknown

/** The functions of a response as they are now, beneath those that others put over them later. */
export function senderOf({ writeHead, write, end, addTrailers }: Sender): Sender {
  return { writeHead, write, end, addTrailers }
}
