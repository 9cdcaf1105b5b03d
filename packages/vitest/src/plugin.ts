import type { Plugin } from 'vitest/config'
import { processEnvironment } from './environment.ts'
import { resolveMode } from './mode.ts'
import { createReporter } from './plugin/reporter.ts'
import { retakeFlag } from './plugin/retake-flag.ts'
import { createCassetteWatch } from './plugin/watch-cassettes.ts'

// A run of several projects has the plugin in each of them.
const watched = new WeakSet<object>()

/**
 * The plugin for `vitest.config.ts`. It reads `--retake=<mode>` from the command line, opens the gate before an app is
 * imported, names the cassettes that no test uses, and in watch mode runs a test file again when a cassette of its changes.
 *
 * Vitest takes no option that it does not know: the flag stands after `--`, as in `vitest run -- --retake=all`.
 *
 * @throws {RetakeError} `OPTION_INVALID` when there is no such mode, or when it makes calls and `CI` is set.
 */
export function retake(): Plugin {
  return {
    name: '@retake/vitest',
    configureVitest({ vitest, project }) {
      const environment = processEnvironment()
      const mode = retakeFlag() ?? environment.RETAKE_MODE
      resolveMode({ ...environment, RETAKE_MODE: mode })
      project.config.env = {
        RETAKE_REPLAY_ENABLED: '1',
        ...project.config.env,
        ...(mode !== undefined && { RETAKE_MODE: mode }),
      }
      if (watched.has(vitest)) return
      watched.add(vitest)
      const watch = createCassetteWatch()
      const { config } = vitest
      config.watchTriggerPatterns = [...listOf(config.watchTriggerPatterns), watch.pattern]
      config.reporters.push(createReporter(vitest, { mode, watch }))
    },
  }
}

// It is not there where nobody has set it, whatever its type says.
function listOf<T>(list: readonly T[] | null | undefined): readonly T[] {
  return list ?? []
}
