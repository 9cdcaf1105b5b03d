import { watch } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const IGNORED =
  /(?:^|[\\/])(?:node_modules|\.git|\.retake|dist|coverage)(?:[\\/]|$)|\.(?:log|tmp)$|~$/
const QUIET_MS = 200

/** Files that are watched. */
export interface FileWatch {
  /** Resolves when the watch has been ended, or rejects with what has ended it. */
  readonly ended: Promise<void>
}

/**
 * Calls `changed` after each burst of changes to the files of a folder, one at a time, until `signal` is aborted. What
 * changes from the return of this function on is noticed.
 */
export function watchFiles(
  folder: string,
  changed: (file: string) => Promise<void>,
  signal: AbortSignal,
): FileWatch {
  const seen: string[] = []
  let isRunning = false

  async function settle(): Promise<void> {
    if (isRunning) return
    isRunning = true
    while (seen.length > 0 && !signal.aborted) {
      const [file = ''] = seen.splice(0)
      await delay(QUIET_MS)
      if (seen.length === 0) await changed(file)
    }
    isRunning = false
  }

  // Not the one of promises, which begins to look a while after it was called.
  const watcher = watch(folder, { recursive: true, signal }, (_event, name) => {
    if (name === null || IGNORED.test(name)) return
    seen.push(name)
    void settle()
  })
  const ended = new Promise<void>((resolve, reject) => {
    watcher.once('close', resolve).once('error', reject)
  })
  return { ended }
}
