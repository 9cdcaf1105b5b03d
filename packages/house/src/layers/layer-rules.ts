/** Where in a package something may be done: a file or a folder, by its path from `src`, or `'*'` for all of it. */
export type Places = readonly string[]

/** The rules of one package, which its `layers.ts` exports as `layers`. */
export interface LayerRules {
  /**
   * The folders and files of `src`, from the lowest to the highest, each with the rows above it in this list that it
   * may import; `'*'` stands for all of those. A row `'*.ts'` takes in the files of `src` that have no row of their own.
   * A folder of a folder is part of its parent's row unless it has its own, as `'directory/listing'`.
   */
  readonly rows: Readonly<Record<string, readonly string[]>>
  /** Packages of which only some places may take a value. All others may take types. */
  readonly valuesOf?: Readonly<Record<string, Places>>
  /** Builtins of Node that may be named at all, each with the places that may. Without this, all may be. */
  readonly builtins?: Readonly<Record<string, Places>>
}

const PARTS = ['rows', 'valuesOf', 'builtins'] satisfies (keyof LayerRules)[]

/**
 * Checks that a value has the form of rules.
 *
 * @throws {TypeError} when it has not.
 */
export function toLayerRules(value: unknown): LayerRules {
  const rules: Partial<Record<string, unknown>> = isRecord(value) ? value : {}
  for (const [part, lists] of Object.entries(rules)) {
    const isKnown = PARTS.some((known) => known === part)
    if (!isKnown) throw new TypeError(`layers.ts: "${part}" is not one of ${PARTS.join(', ')}`)
    if (!isRecord(lists) || !Object.values(lists).every(isTexts)) {
      throw new TypeError(`layers.ts: "${part}" needs a list of names for each of its keys`)
    }
  }
  if (rules.rows === undefined) throw new TypeError('layers.ts: exports no "layers" with "rows"')
  return rules as unknown as LayerRules
}

/** Whether a file lies in one of the places. */
export function liesIn(path: string, places: Places): boolean {
  return places.some((place) => place === '*' || path === place || path.startsWith(`${place}/`))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
