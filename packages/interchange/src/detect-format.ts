import type { FormatName } from './read/format-error.ts'

// Enough to see what a file begins with, without reading all of a large one.
const LOOKED_AT = 65_536

const SIGNS: readonly (readonly [FormatName, RegExp])[] = [
  ['har', /^\s*\{\s*"log"\s*:/],
  ['otel', /"resource_?[sS]pans"\s*:/],
  ['vcrpy', /^\s*\{?\s*"?(?:interactions|version)"?\s*:[^]*?"?\b(?:request|interactions)"?\s*:/],
  ['nock', /^\s*\[\s*\{[^]*?"scope"\s*:/],
]

const EXTENSIONS: readonly (readonly [FormatName, RegExp])[] = [
  ['har', /\.har$/i],
  ['vcrpy', /\.ya?ml$/i],
]

/** Tells the format of a file by its name and by what it begins with; `undefined` when neither says so. */
export function detectFormat(fileName: string, text: string): FormatName | undefined {
  const start = text.slice(0, LOOKED_AT).replace(/^\uFEFF/, '')
  const [byContent] = SIGNS.find(([, sign]) => sign.test(start)) ?? []
  const [byName] = EXTENSIONS.find(([, extension]) => extension.test(fileName)) ?? []
  return byContent ?? byName
}
