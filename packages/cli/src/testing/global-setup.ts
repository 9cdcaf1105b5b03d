import { execFileSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../../..')
const BIN = join(ROOT, 'node_modules/.bin')

/** Builds the command line before its tests run it; what is built already is left alone. */
export function setup(): void {
  execFileSync(
    join(BIN, 'turbo'),
    ['run', 'build', '--filter=retake...', '--output-logs=errors-only'],
    {
      cwd: ROOT,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: {
        ...process.env,
        // The tests of other packages must not decide by which Node this one is built.
        PATH: [dirname(process.execPath), BIN, process.env.PATH].join(delimiter),
        TURBO_TELEMETRY_DISABLED: '1',
      },
    },
  )
}
