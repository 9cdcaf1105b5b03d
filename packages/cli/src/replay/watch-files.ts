import { watch } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const IGNORED =
  /(?:^|[\\/])(?:node_modules|\.git|\.retake|dist|coverage)(?:[\\/]|$)|\.(?:log|tmp)$|~$/
const QUIET_MS = 200

/** Calls `changed` after each burst of changes to the files of a folder, one at a time, until aborted. */
export async function watchFiles(
  folder: string,
  changed: (file: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const seen: string[] = []
  let isRunning = false
  const settle = async () => {
    if (isRunning) return
    isRunning = true
    while (seen.length > 0 && !signal.aborted) {
      const [file = ''] = seen.splice(0)
      await delay(QUIET_MS)
      if (seen.length === 0) await changed(file)
    }
    isRunning = false
  }
  try {
    for await (const { filename } of watch(folder, { recursive: true, signal })) {
      if (filename === null || IGNORED.test(filename)) continue
      seen.push(filename)
      void settle()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
