import { statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CASSETTE_FOLDER } from '../cassette-path.ts'

/** Which test files run again when a cassette changes. */
export interface CassetteWatch {
  /** For `watchTriggerPatterns` of vitest. */
  readonly pattern: {
    readonly pattern: RegExp
    readonly testsToRun: (file: string) => string | null
  }
  /** Tests run from now on, and write cassettes: these changes are not news. */
  started(): void
  /** They are over, and these are their cassettes. */
  ended(cassettes: readonly string[]): void
}

/** Makes the watch of one run of vitest. */
export function createCassetteWatch(): CassetteWatch {
  const known = new Map<string, string>()
  let isRunning = false

  return {
    pattern: {
      pattern: new RegExp(
        `[\\\\/]${CASSETTE_FOLDER}[\\\\/][^\\\\/]+[\\\\/][^\\\\/]+\\.cassette\\.json$`,
      ),
      testsToRun(file) {
        if (isRunning || known.get(file) === stampOf(file)) return null
        const folder = dirname(file)
        return join(dirname(dirname(folder)), basename(folder))
      },
    },
    started() {
      isRunning = true
    },
    ended(cassettes) {
      for (const cassette of cassettes) known.set(cassette, stampOf(cassette))
      isRunning = false
    },
  }
}

// What a test has written is told apart from what a person has by when, and how much.
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false })
  return found === undefined ? 'none' : `${found.mtimeMs} ${found.size}`
}
