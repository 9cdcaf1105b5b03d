import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: ['src/index.ts', 'src/main.ts'],
  fixedExtension: false,
  // What every command needs is one file: to find and read a file costs more than to compile it.
  outputOptions: { codeSplitting: { groups: [{ name: 'retake', test: isOfEveryCommand }] } },
  publint: { strict: true },
  // Nothing of another package ends up in this one: what is imported is a peer, or the build fails.
  deps: { onlyBundle: [] },
  failOnWarn: true,
  attw: { profile: 'esm-only', level: 'error' },
})

// All but what is loaded when a command that needs it is run.
function isOfEveryCommand(path: string): boolean {
  return !/\/src\/(?:index|main|(?:cassettes|doctor|init|migrate|project|prune|scan|schemas?|sessions|verify)\/|completion\/complete-words|terminal\/confirm)/.test(
    path,
  )
}
