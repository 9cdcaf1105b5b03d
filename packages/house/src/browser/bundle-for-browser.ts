import { isBuiltin } from 'node:module'
import { dirname, relative } from 'node:path'
import { build, type BuildResult, type Plugin } from 'esbuild'

/** A module and all it imports, in one file for a browser. */
export interface BrowserBundle {
  readonly text: string
  /** Its size, minified and not compressed, in bytes. */
  readonly sizeBytes: number
}

/** What a bundle for a browser is made with. */
export interface BundleOptions {
  /**
   * The folder that paths in messages start from.
   *
   * @default that of the entry
   */
  root?: string
}

/**
 * Bundles a module for a browser, from the sources of all packages it imports.
 *
 * @throws {Error} when it needs a builtin of Node, with or without `node:`, naming each file that imports one; or when
 * something it imports does not resolve.
 */
export async function bundleForBrowser(
  entry: string,
  { root = dirname(entry) }: BundleOptions = {},
): Promise<BrowserBundle> {
  const found = new Set<string>()
  const { outputFiles } = await bundle(
    entry,
    noteBuiltins((importer, builtin) =>
      found.add(`${relative(root, importer)} imports ${builtin}`),
    ),
  )
  if (found.size > 0) throw new Error(`No browser has what ${[...found].toSorted().join(', ')}.`)

  const text = outputFiles?.[0]?.text ?? ''
  return { text, sizeBytes: Buffer.byteLength(text) }
}

function bundle(entry: string, plugin: Plugin): Promise<BuildResult> {
  return build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@retake/source'],
    logLevel: 'silent',
    plugins: [plugin],
  })
}

function noteBuiltins(note: (importer: string, builtin: string) => void): Plugin {
  return {
    name: 'note-builtins',
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
        if (!isBuiltin(path)) return undefined
        note(importer, path)
        return { path, external: true }
      })
    },
  }
}
