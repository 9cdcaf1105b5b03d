import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build, type BuildOptions } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Beside the package, so that what stays out of a bundle is found from there.
const parent = join(import.meta.dirname, '../node_modules/.bundles')
const run = promisify(execFile)

let folder: string

beforeAll(async () => {
  await mkdir(parent, { recursive: true })
  folder = await mkdtemp(join(parent, 'app-'))
  await mkdir(join(folder, 'node_modules/@retake'), { recursive: true })
  await symlink(join(import.meta.dirname, '..'), join(folder, 'node_modules/@retake/langchain'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

// Packages in a bundle may still `require` what Node brings along.
const banner = {
  js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
}

async function runBundled(name: string, options: BuildOptions): Promise<unknown> {
  return runFile(await bundle(name, options))
}

async function bundle(name: string, options: BuildOptions): Promise<string> {
  const outfile = join(folder, `${name}.mjs`)
  await build({
    entryPoints: [join(import.meta.dirname, 'testing/bundled-app.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@retake/source'],
    banner,
    logLevel: 'error',
    ...options,
  })
  return outfile
}

async function runFile(outfile: string, ...args: readonly string[]): Promise<unknown> {
  const flags = ['--conditions=@retake/source', '--disable-warning=ExperimentalWarning']
  const { stdout } = await run(process.execPath, [...flags, outfile, ...args])
  return JSON.parse(stdout)
}

const LANGCHAIN = ['@langchain/*']
const RETAKE = ['@retake/langchain']
const REFUSED = { calls: 0, replayed: { code: 'REPLAY_ESCAPE' } }

// Bundling takes its time on a busy machine.
describe('an app in a bundle', () => {
  it('is recorded and replayed, minified as well', async () => {
    expect(await runBundled('whole', { minify: true })).toStrictEqual({ isSame: true, calls: 0 })
  })

  it('is recorded and replayed when LangChain stays outside', async () => {
    const external = [...LANGCHAIN, 'langchain']

    expect(await runBundled('langchain-outside', { external })).toStrictEqual({
      isSame: true,
      calls: 0,
    })
  })

  it('is refused by a replay when it brings a LangChain of its own that nobody was given', async () => {
    expect(await runBundled('retake-outside', { external: RETAKE })).toMatchObject(REFUSED)
  })

  it('is refused as well when the handler is handed to no call, whichever is the first', async () => {
    const file = await bundle('no-callbacks', { external: RETAKE, minify: true })

    const firsts = ['stream', 'invoke', 'events', 'tool']
    const outcomes = await Promise.all(
      firsts.map((first) => runFile(file, '--no-callbacks', `--first=${first}`)),
    )

    expect(outcomes).toMatchObject(firsts.map(() => REFUSED))
  })

  it('is recorded and replayed when it gives its own LangChain, and has its own core of Retake', async () => {
    const outcome = await runFile(await bundle('given', { external: RETAKE }), '--give-modules')

    expect(outcome).toStrictEqual({ isSame: true, calls: 0 })
  })
})
