import { existsSync, globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { defineConfig } from 'vitest/config'

// The folder is named because `vitest --root ../..` starts inside a package.
const packages = globSync(['packages/*', 'apps/*', 'apps/examples/*'], {
  cwd: import.meta.dirname,
  exclude: ['apps/examples'],
})

// What has to be there before the first test of a package runs.
const GLOBAL_SETUP = 'src/testing/global-setup.ts'

const conditions = ['@retake/source', 'node', 'development|production']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['@retake/source', 'node'] } },
  test: {
    passWithNoTests: true,
    // A machine that does other work besides is slow, which is no fault. What hangs is found all the same.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Each file has a thread of its own, which starts in half the time that a process takes. There is one more than cores,
    // since many tests wait for processes that they have started.
    pool: 'threads',
    maxWorkers: availableParallelism() + 1,
    projects: packages.toSorted().map((root) => ({
      extends: true,
      root,
      test: {
        name: basename(root),
        include: ['src/**/*.test.ts'],
        globalSetup: globalSetupOf(root),
      },
    })),
  },
})

function globalSetupOf(root: string): string[] {
  const file = join(import.meta.dirname, root, GLOBAL_SETUP)
  return existsSync(file) ? [file] : []
}
