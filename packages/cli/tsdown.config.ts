import { defineConfig } from 'tsdown'

// A program: nobody imports it, so that it has no types to publish.
export default defineConfig({
  entry: ['src/main.ts'],
  fixedExtension: false,
  dts: false,
  // What every command needs is one file: to find and read a file costs more than to compile it.
  outputOptions: { codeSplitting: { groups: [{ name: 'retake', test: isOfEveryCommand }] } },
  publint: { strict: true },
  // Dependencies stay what they are: they are installed beside it.
  deps: { onlyBundle: [] },
  failOnWarn: true,
})

const LATER =
  /\/src\/(?:main\.|cassettes\/|completion\/complete-words|doctor\/|export\/run|import\/(?:run|store)|init\/|mcp\/(?!mcp\.)|migrate\/|project\/|prune\/|scan\/|schema\/run|schemas\/|server\/stored-report|sessions\/|terminal\/confirm|verify\/)/

// All but what is loaded when a command that needs it is run.
function isOfEveryCommand(path: string): boolean {
  return !LATER.test(path)
}
