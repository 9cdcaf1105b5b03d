import { LineCounter, parseDocument, type Document } from 'yaml'
import { formatError, type FormatName } from './format-error.ts'
import { checkDepth, checkSize } from './json.ts'

// Cassettes repeat lists of headers by aliases. What aliases of aliases grow to is counted too.
const MAX_ALIASES = 10_000
// Most characters and values that a text may become.
const MAX_GROWN = 2 ** 26

/** What a text of YAML says, and what of it was read otherwise than it was meant. */
export interface ReadYaml {
  readonly value: unknown
  readonly notes: readonly string[]
}

/**
 * Parses YAML that may say anything: nothing but plain data and bytes comes out, whatever its tags ask for.
 *
 * @throws {ReplayInvalidSessionError} when it is no YAML, or would grow too large.
 */
export function parseYaml(text: string, format: FormatName): ReadYaml {
  checkSize(text, format)
  const lines = new LineCounter()
  const document = guarded(format, () =>
    parseDocument(text, {
      schema: 'core',
      customTags: ['binary'],
      lineCounter: lines,
      logLevel: 'silent',
      prettyErrors: false,
    }),
  )
  const [error] = document.errors
  if (error) {
    const { line } = lines.linePos(error.pos[0])
    throw formatError(format, `line ${line}`, `is not valid YAML (${error.code})`)
  }
  const value = guarded(format, (): unknown => document.toJS({ maxAliasCount: MAX_ALIASES }))
  checkDepth(value, format)
  if (isLarger(value)) throw formatError(format, '', 'becomes too large by its aliases')
  return { value, notes: notesOf(document) }
}

// An alias takes no room until somebody copies what it stands for.
function isLarger(root: unknown): boolean {
  let left = MAX_GROWN
  function take(value: unknown): void {
    left -= typeof value === 'string' || value instanceof Uint8Array ? value.length : 1
    if (left < 0 || typeof value !== 'object' || value === null) return
    if (value instanceof Uint8Array) return
    for (const part of Object.values(value)) {
      if (left < 0) return
      take(part)
    }
  }
  take(root)
  return left < 0
}

function notesOf({ warnings }: Document): readonly string[] {
  const unknown = warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED')
  return unknown.length === 0
    ? []
    : [`${unknown.length} values with tags of their own, such as !!python, were read as plain data`]
}

// It throws for aliases that grow without end, and when the stack is full.
function guarded<T>(format: FormatName, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw formatError(format, '', describe(error))
  }
}

function describe(error: unknown): string {
  if (error instanceof RangeError) return 'is nested too deeply'
  return error instanceof ReferenceError ? 'has too many aliases' : 'cannot be parsed as YAML'
}
