import { relative } from 'node:path'
import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { PRUNE } from '../mode.ts'
import { removeCassette } from '../save-cassette.ts'
import { orphans, unusedOf, usedCassettes } from './unused-cassettes.ts'
import type { CassetteWatch } from './watch-cassettes.ts'

/** What the reporter is made with. */
export interface ReporterOptions {
  readonly mode: string | undefined
  readonly watch: CassetteWatch
}

/**
 * Names at the end of a run the cassettes that no test uses, or removes them in mode `prune`: those of the files that
 * ran, and where all files did also those of files that are gone.
 */
export function createReporter(vitest: Vitest, { mode, watch }: ReporterOptions): Reporter {
  return {
    onTestRunStart: () => watch.started(),
    async onTestRunEnd(modules, _errors, reason) {
      watch.ended(modules.flatMap(usedCassettes))
      if (reason === 'interrupted') return
      const gone = (await isWhole(vitest, modules)) ? orphans(vitest.config.root) : []
      const unused = [...new Set([...modules.flatMap(unusedOf), ...gone])]
      if (unused.length === 0) return
      if (mode === PRUNE) unused.forEach(removeCassette)
      vitest.logger.log(describeUnused(unused, vitest.config.root, mode === PRUNE))
    },
  }
}

// Whatever it is by that some files do not run: filters, what has changed, shards, a run again in watch mode.
async function isWhole(vitest: Vitest, modules: readonly TestModule[]): Promise<boolean> {
  const ran = new Set(modules.map(({ moduleId }) => moduleId))
  const all = await vitest.globTestSpecifications()
  return all.every(({ moduleId }) => ran.has(moduleId))
}

function describeUnused(unused: readonly string[], root: string, areRemoved: boolean): string {
  const count = `${unused.length} ${unused.length === 1 ? 'cassette is' : 'cassettes are'}`
  const head = areRemoved
    ? `retake: ${count} used by no test, and removed:`
    : `retake: ${count} used by no test (remove by -- --retake=prune):`
  return [head, ...unused.map((path) => `  ${relative(root, path)}`)].join('\n')
}
