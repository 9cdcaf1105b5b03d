import { retake } from '@retake/vitest/plugin'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const conditions = ['@retake/source', 'node', 'development|production']

const config: ViteUserConfig = defineConfig({
  plugins: [retake()],
  // Only to read Retake from the sources of this repository.
  ssr: { resolve: { conditions, externalConditions: conditions } },
  // As many at once as an account with a provider might allow.
  test: { maxConcurrency: 10, setupFiles: ['./count-connections.ts'] },
})

export default config
