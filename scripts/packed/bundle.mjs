import { join } from 'node:path'
import { build } from 'esbuild'
import { run } from './run.mjs'

const FILES = { esm: 'app.mjs', cjs: 'app.cjs' }

// Express is CommonJS: what it requires of Node has to be required in a module, too.
const REQUIRE = `import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)`

/** Bundles the app of a project, and runs the bundle where there is nothing else: all that it needs has to be in it. */
export async function runBundle({ folder, environment }, format) {
  const outdir = `${folder}-bundle`
  await build({
    absWorkingDir: folder,
    entryPoints: ['app.mjs'],
    outfile: join(outdir, FILES[format]),
    bundle: true,
    platform: 'node',
    format,
    banner: format === 'esm' ? { js: REQUIRE } : {},
    logLevel: 'silent',
  })
  await run(['node', FILES[format]], { cwd: outdir, environment })
}
