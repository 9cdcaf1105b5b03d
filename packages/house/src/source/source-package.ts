/** The sources of one package, and what the rules need of its `package.json`. */
export interface SourcePackage {
  /** As in its `package.json`. */
  readonly name: string
  /** Its path in the repository, such as `packages/hono`. */
  readonly folder: string
  readonly isPublished: boolean
  /** The names of its exports, `.` or `./register`, each with its source file where that is TypeScript. */
  readonly entries: ReadonlyMap<string, string | undefined>
  /** Text of every TypeScript file that is no test, by its path from `src`. */
  readonly files: ReadonlyMap<string, string>
}

/** The condition under which an export names its source. */
const SOURCE_CONDITION = '@retake/source'

/** Reads the `exports` of a `package.json`. */
export function readEntries(exports: unknown): Map<string, string | undefined> {
  if (typeof exports === 'string') return new Map([['.', sourceOf(exports)]])
  return new Map(
    Object.entries(exports ?? {}).map(([subpath, target]) => [subpath, sourceOf(target)]),
  )
}

function sourceOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target.endsWith('.ts') ? target : undefined
  const source = (target as Record<string, unknown> | null)?.[SOURCE_CONDITION]
  return typeof source === 'string' ? source : undefined
}
