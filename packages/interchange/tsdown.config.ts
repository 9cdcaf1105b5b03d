import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts'],
  fixedExtension: false,
  publint: { strict: true },
  // Nothing of another package ends up in this one: what is imported is a dependency, or the build fails.
  deps: { onlyBundle: [] },
  failOnWarn: true,
  attw: { profile: 'esm-only', level: 'error' },
})
