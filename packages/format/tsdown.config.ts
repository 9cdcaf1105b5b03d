import { defineConfig } from 'tsdown'

export default defineConfig({
  // The further entries import the main one by its name, so that each entry is one file: to find and to read a file
  // costs more than to compile it.
  entry: ['src/index.ts', 'src/cassette-file/index.ts', 'src/records.ts'],
  fixedExtension: false,
  publint: { strict: true },
  // Nothing of another package ends up in this one, and nothing of its main entry in the further ones.
  deps: { onlyBundle: [], neverBundle: ['@retake/format'] },
  failOnWarn: true,
  attw: { profile: 'esm-only', level: 'error' },
})
