import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/directory/index.ts', 'src/cassette-files/index.ts'],
  fixedExtension: false,
  // What the directory store needs is one file beside it, but for what it loads when sessions are listed.
  outputOptions: { codeSplitting: { groups: [{ name: 'directory', test: isOfDirectory }] } },
  publint: { strict: true },
  // Nothing of another package ends up in this one: what is imported is a dependency, or the build fails.
  deps: { onlyBundle: [] },
  failOnWarn: true,
  attw: { profile: 'esm-only', level: 'error' },
})

// Not the types: together with code they would be left out of the package.
function isOfDirectory(path: string): boolean {
  if (path.endsWith('.d.ts')) return false
  return /\/src\/(?:session-id|disk\/[\w-]+|journal-files\/[\w-]+|directory\/(?!index)[\w-]+)\.ts/.test(
    path,
  )
}
