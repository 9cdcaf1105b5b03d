import { defineConfig } from 'tsdown'

// A program: nobody imports it, so that it has no types to publish.
export default defineConfig({
  entry: ['src/main.ts'],
  fixedExtension: false,
  dts: false,
  publint: { strict: true },
  // Dependencies stay what they are: they are installed beside it.
  deps: { onlyBundle: [] },
  failOnWarn: true,
})
