import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: [
    'src/index.ts',
    'src/adapter.ts',
    'src/host.ts',
    'src/stores/directory.ts',
    'src/stores/memory.ts',
    'src/stores/cassette-files.ts',
    'src/cassette-file.ts',
  ],
  fixedExtension: false,
  // What the entries share is one file: to find and to read a file costs more than to compile it.
  // See docs/decisions/0037-chunks-of-core.md.
  outputOptions: { codeSplitting: { groups: [{ name: 'core', test: isOfMainEntry }] } },
  publint: { strict: true },
  // Nothing of another package ends up in this one: what is imported is a dependency, or the build fails.
  deps: { onlyBundle: [] },
  failOnWarn: true,
  attw: { profile: 'esm-only', level: 'error' },
})

// All but what only one of the other entries needs. Not the types: together with code they would be left out of the
// package.
function isOfMainEntry(path: string): boolean {
  if (path.endsWith('.d.ts')) return false
  return !/\/src\/(?:index|adapter|host|cassette-file|stores)\b/.test(path)
}
