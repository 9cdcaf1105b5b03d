import { parseSync } from 'oxc-parser'

/** A name that a code block imports; `undefined` where it imports a whole module. */
export interface CodeImport {
  readonly specifier: string
  readonly name: string | undefined
}

const CODE_BLOCK = /^```(?:ts|tsx|mts|js|mjs)\b[^\n]*\n(.*?)^```/gms

/**
 * Reads what the TypeScript and JavaScript blocks of a Markdown text import.
 *
 * @throws {SyntaxError} when a block does not parse.
 */
export function readCodeImports(markdown: string): CodeImport[] {
  return [...markdown.matchAll(CODE_BLOCK)].flatMap(([, code = '']) => importsOf(code))
}

function importsOf(code: string): CodeImport[] {
  const { module, errors } = parseSync('block.tsx', code)
  if (errors[0] !== undefined) throw new SyntaxError(`${errors[0].message} in:\n${code}`)
  return module.staticImports.flatMap(({ moduleRequest, entries }) => {
    const specifier = moduleRequest.value
    if (entries.length === 0) return [{ specifier, name: undefined }]
    return entries.map(({ importName }) => ({ specifier, name: nameOf(importName) }))
  })
}

function nameOf({ kind, name }: { kind: string; name: string | null }): string | undefined {
  if (kind === 'Default') return 'default'
  return name ?? undefined
}
