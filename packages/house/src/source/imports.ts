import { isBuiltin } from 'node:module'
import { parseSync, Visitor, type Expression, type Argument } from 'oxc-parser'

/** One import, re-export, dynamic import or inline type of a file. */
export interface Import {
  readonly specifier: string
  /** Whether nothing but types is taken: the statement is gone once types are stripped. */
  readonly isType: boolean
}

/** What a file asks for. */
export interface FileImports {
  /** In the order of the file, each pair of specifier and `isType` once. */
  readonly imports: readonly Import[]
  /** Builtins of Node, as `node:fs`: those imported, and those named in a string, as in `process.getBuiltinModule('node:fs')`. */
  readonly builtins: readonly string[]
}

/**
 * Reads what a TypeScript file imports, types included. Specifiers that are no literal are left out.
 *
 * @throws {SyntaxError} when the file does not parse.
 */
export function readImports(path: string, text: string): FileImports {
  const imports = new Map<string, Import>()
  const builtins = new Set<string>()

  function add(specifier: string, isType: boolean): void {
    if (isBuiltin(specifier)) builtins.add(builtinName(specifier))
    imports.set(`${specifier} ${isType}`, { specifier, isType })
  }

  function addNamed(source: string, kind: string | undefined, names: readonly Named[]): void {
    const typesOnly = names.length > 0 && names.every((name) => kindOf(name) === 'type')
    add(source, kind === 'type' || typesOnly)
  }

  const { program, errors } = parseSync(path, text)
  if (errors[0] !== undefined) throw new SyntaxError(`${path}: ${errors[0].message}`)

  new Visitor({
    ImportDeclaration(node) {
      addNamed(node.source.value, node.importKind, node.specifiers)
    },
    ExportNamedDeclaration(node) {
      if (node.source !== null) addNamed(node.source.value, node.exportKind, node.specifiers)
    },
    ExportAllDeclaration(node) {
      add(node.source.value, node.exportKind === 'type')
    },
    ImportExpression(node) {
      const specifier = literalOf(node.source)
      if (specifier !== undefined) add(specifier, false)
    },
    TSImportType(node) {
      add(node.source.value, true)
    },
    TSImportEqualsDeclaration({ importKind, moduleReference }) {
      if (moduleReference.type !== 'TSExternalModuleReference') return
      add(moduleReference.expression.value, importKind === 'type')
    },
    CallExpression(node) {
      const specifier = literalOf(node.arguments[0])
      if (specifier === undefined) return
      if (isNamed(node.callee, 'require')) add(specifier, false)
      if (isNamed(node.callee, 'getBuiltinModule')) builtins.add(builtinName(specifier))
    },
    Literal({ value }) {
      if (typeof value !== 'string' || !value.startsWith('node:')) return
      if (isBuiltin(value)) builtins.add(value)
    },
  }).visit(program)

  return { imports: [...imports.values()], builtins: [...builtins] }
}

type Named = { importKind?: string } | { exportKind?: string } | object

function kindOf(name: Named): string | undefined {
  if ('importKind' in name) return name.importKind
  return 'exportKind' in name ? name.exportKind : undefined
}

function builtinName(specifier: string): string {
  return specifier.startsWith('node:') ? specifier : `node:${specifier}`
}

function literalOf(node: Expression | Argument | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined
  return node.quasis[0]?.value.cooked ?? undefined
}

/** Whether a callee is `name`, or a member of that name, called by `?.` or not. */
function isNamed(callee: Expression, name: string): boolean {
  if (callee.type === 'ChainExpression') return isNamed(callee.expression, name)
  if (callee.type === 'Identifier') return callee.name === name
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return false
  return callee.property.name === name
}
