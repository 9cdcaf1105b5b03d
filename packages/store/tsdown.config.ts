import { defineConfig, type UserConfig } from 'tsdown'

// Each entry is one file, but for what the directory store loads when sessions are listed: to find and to read a file
// costs more than to compile it. What two of them need is small and holds no state.
const entries = ['index', 'directory/index', 'cassette-files/index']

const shared: UserConfig = {
  fixedExtension: false,
  // Nothing of another package ends up in this one: what is imported is a dependency, or the build fails.
  deps: { onlyBundle: [] },
  failOnWarn: true,
}

export default defineConfig([
  ...entries.map((name) => ({
    ...shared,
    entry: { [name]: `src/${name}.ts` },
    // What is listed later may import from the entry, instead of both from a third file.
    inputOptions: { preserveEntrySignatures: 'allow-extension' as const },
    outputOptions: { chunkFileNames: '[name].js' },
    dts: false,
    clean: false,
  })),
  {
    ...shared,
    entry: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
    dts: { emitDtsOnly: true },
    publint: { strict: true },
    attw: { profile: 'esm-only', level: 'error' },
    clean: false,
  },
])
