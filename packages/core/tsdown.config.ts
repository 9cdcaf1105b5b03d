import { defineConfig } from 'tsdown'

// What `index` loads, and not what only the further entries do.
const ENTRIES_APART =
  /\/src\/(?:index\.ts|testing|cassette-file|stores\/(?:memory|cassette-)|http(?:\.ts|\/(?!headers)))/

function isOfIndex(id: string): boolean {
  return id.includes('/src/') && !id.endsWith('.d.ts') && !ENTRIES_APART.test(id)
}

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/http.ts',
    'src/testing.ts',
    'src/stores/directory.ts',
    'src/stores/memory.ts',
    'src/stores/cassette-files.ts',
    'src/cassette-file.ts',
  ],
  fixedExtension: false,
  // What the main entry needs is one file beside it: to find and read a file costs more than to compile it.
  outputOptions: { codeSplitting: { groups: [{ name: 'core', test: isOfMainEntry }] } },
  publint: { strict: true },
  // Nothing of another package ends up in this one: what is imported is a peer, or the build fails.
  deps: { onlyBundle: [] },
  failOnWarn: true,
  // Every file costs an import more than a millisecond: what `index` needs is one file besides itself.
  outputOptions: {
    advancedChunks: { groups: [{ name: 'core', test: isOfIndex }] },
  },
  attw: { profile: 'esm-only', level: 'error' },
})

// All but what only one of the other entries needs.
function isOfMainEntry(path: string): boolean {
  return !/\/src\/(?:http|testing|cassette-file|stores\/memory|stores\/cassette)/.test(path)
}
