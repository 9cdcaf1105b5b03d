import { retake } from '@retake/vitest/plugin'
import { defineConfig, type ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  plugins: [retake()],
  ssr: { resolve: { externalConditions: ['@retake/source', 'node'] } },
  // As many at once as an account with a provider might allow.
  test: { maxConcurrency: 10, setupFiles: ['./count-connections.ts'] },
})

export default config
