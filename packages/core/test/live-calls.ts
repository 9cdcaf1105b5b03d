/** How many calls of this test file were really made. */
export let liveCalls = 0

/** Counts a call that is really made, and gives its number. */
export function countLiveCall(): number {
  return ++liveCalls
}
