/** Shows how far long work is. */
export interface Progress {
  update(done: number, total: number): void
  /** Takes the line away again. */
  stop(): void
}

const PATIENCE_MS = 300
const EVERY_MS = 100

/** Progress on standard error, after a while, and only where a person sees it. */
export function createProgress(
  what: string,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const startedAt = performance.now()
  let shownAt = 0
  return {
    update(done, total) {
      const at = performance.now()
      if (!stream.isTTY || at - startedAt < PATIENCE_MS || at - shownAt < EVERY_MS) return
      shownAt = at
      stream.write(`\r${what} ${done} of ${total}`)
    },
    stop() {
      if (shownAt > 0) stream.write('\r\u001B[K')
    },
  }
}
