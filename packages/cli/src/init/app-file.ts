import type { Change } from './change.ts'
import type { Source } from './find-sources.ts'
import { type Insertion, splitLines } from './insertion.ts'
import { isSyntaxValid } from './syntax.ts'

/** An HTTP framework into whose app a middleware can be put. */
export interface Framework {
  readonly name: 'express' | 'hono'
  /** The line that makes an app: its indent, its name, its semicolon. */
  readonly creation: RegExp
  /** The line that brings the framework in: its quote, its semicolon. */
  readonly imported: RegExp
  readonly required: RegExp
}

/** The frameworks, by name. */
export const FRAMEWORKS: Readonly<Record<Framework['name'], Framework>> = {
  express: {
    name: 'express',
    creation: /^(\s*)(?:export )?(?:const|let|var) (\w+)(?:: [\w.]+)? = express\(\)(;?)$/,
    imported: /^import express(?:, \{.*\})? from (['"])express\1(;?)$/,
    required: /^(?:const|let|var) express = require\((['"])express\1\)(;?)$/,
  },
  hono: {
    name: 'hono',
    creation: /^(\s*)(?:export )?(?:const|let|var) (\w+) = new Hono(?:<.*>)?\(\)(;?)$/,
    imported: /^import \{.*\bHono\b.*\} from (['"])hono\1(;?)$/,
    required: /^(?:const|let|var) \{.*\bHono\b.*\} = require\((['"])hono\1\)(;?)$/,
  },
}

const LANGCHAIN = '@retake/langchain'
// A line that begins so goes on with the one before it.
const GOES_ON = /^\s*[.([`+\-*/,?&|]/

/** Where in a file an app is made. */
interface Place {
  readonly source: Source
  readonly lines: readonly string[]
  /** Line of the creation, and of the import. */
  readonly created: number
  readonly imported: number
}

/**
 * Puts the middleware into the one file that makes an app, right after the app, so that all routes come after it; and
 * arms LangChain there, where the project has it.
 */
export function editApp(
  { name, creation, imported, required }: Framework,
  sources: readonly Source[],
  hasLangChain: boolean,
): Change {
  const makers = sources.filter(({ text }) => splitLines(text).some((line) => creation.test(line)))
  const [source] = makers
  const files = makers.map(({ file }) => file).join(', ')
  if (source === undefined) {
    return {
      kind: 'by-hand',
      file: '',
      reason: `no file makes an app of ${name} in one plain line`,
    }
  }
  if (makers.length > 1) {
    return { kind: 'by-hand', file: '', reason: `several files make an app: ${files}` }
  }
  const hasMiddleware = sources.some(({ text }) => text.includes(`@retake/${name}`))
  const isArmed = !hasLangChain || sources.some(({ text }) => text.includes(LANGCHAIN))
  const { file, text } = source
  if (hasMiddleware && isArmed) return { kind: 'there', file, reason: 'it has the middleware' }
  const place = findPlace(source, creation, [imported, required])
  if (typeof place === 'string') return { kind: 'by-hand', file, reason: place }
  const insertions = [
    ...importOf(place, name, [imported, required], { hasMiddleware, isArmed }),
    ...(hasMiddleware ? [] : [middlewareOf(place, creation)]),
  ]
  return { kind: 'edit', file, text, insertions }
}

function findPlace(source: Source, creation: RegExp, imports: readonly RegExp[]): Place | string {
  const { text } = source
  const lines = splitLines(text)
  const created = linesLike(lines, [creation])
  const imported = linesLike(lines, imports)
  const [at, from] = [created[0], imported[0]]
  if (created.length !== 1 || at === undefined) return 'it makes several apps'
  if (imported.length !== 1 || from === undefined || from > at) {
    return 'it does not import the framework in one plain line'
  }
  const next = lines.slice(at + 1).find((line) => line.trim() !== '') ?? ''
  if (GOES_ON.test(next)) return 'the line that makes the app goes on in the next one'
  if (
    isWithinText(lines.slice(0, at).join('\n')) ||
    isWithinText(lines.slice(0, from).join('\n'))
  ) {
    return 'the line that makes the app is in a comment or a text'
  }
  if (!isSyntaxValid(text)) return 'it could not be parsed'
  return { source, lines, created: at, imported: from }
}

function linesLike(lines: readonly string[], patterns: readonly RegExp[]): readonly number[] {
  return lines.flatMap((line, index) =>
    patterns.some((pattern) => pattern.test(line)) ? [index] : [],
  )
}

// Errs on the side of leaving a file alone.
function isWithinText(before: string): boolean {
  const backticks = before.match(/`/g)?.length ?? 0
  return backticks % 2 === 1 || before.lastIndexOf('/*') > before.lastIndexOf('*/')
}

function importOf(
  { lines, imported: at }: Place,
  name: string,
  [imported, required]: readonly RegExp[],
  { hasMiddleware, isArmed }: { readonly hasMiddleware: boolean; readonly isArmed: boolean },
): readonly Insertion[] {
  const line = lines[at] ?? ''
  const isImport = imported?.test(line) === true
  const [, quote = "'", end = ''] = (isImport ? imported : required)?.exec(line) ?? []
  const quoted = (specifier: string) => `${quote}${specifier}${quote}`
  const from = quoted(`@retake/${name}`)
  const arm = quoted(`${LANGCHAIN}/register`)
  const added = [
    ...(hasMiddleware
      ? []
      : [
          isImport
            ? `import { retakeMiddleware } from ${from}${end}`
            : `const { retakeMiddleware } = require(${from})${end}`,
        ]),
    ...(isArmed ? [] : [isImport ? `import ${arm}${end}` : `require(${arm})${end}`]),
  ]
  return [{ after: at + 1, lines: added }]
}

function middlewareOf({ lines, created }: Place, creation: RegExp): Insertion {
  const [, indent = '', app = 'app', end = ''] = creation.exec(lines[created] ?? '') ?? []
  return { after: created + 1, lines: [`${indent}${app}.use(retakeMiddleware())${end}`] }
}
