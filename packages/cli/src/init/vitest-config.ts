import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Project } from '../project/project.ts'
import type { Change } from './change.ts'
import { splitLines } from './insertion.ts'
import { isSyntaxValid } from './syntax.ts'

/** What a config of vitest needs. */
export const VITEST_LINES: readonly string[] = [
  "import { retake } from '@retake/vitest/plugin'",
  'plugins: [retake()],',
]

const CONFIGS = ['vitest.config', 'vite.config', 'vitest.workspace', 'vitest.projects']
const ENDINGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs']
const IMPORT = /^import \{.*\bdefineConfig\b.*\} from (['"])vitest\/config\1(;?)$/
const OPENING = /^export default defineConfig\(\{$/

/** Gives a project's tests the plugin. */
export function setUpVitest({ folder, language, modules }: Project): Change {
  const found = CONFIGS.flatMap((name) => ENDINGS.map((ending) => `${name}.${ending}`)).filter(
    (name) => existsSync(join(folder, name)),
  )
  const [file] = found
  if (file === undefined) {
    const ending = language === 'typescript' ? 'mts' : 'mjs'
    return newConfig(`vitest.config.${modules === 'esm' ? ending.slice(1) : ending}`)
  }
  if (found.length > 1 || !file.startsWith('vitest.config')) {
    return { kind: 'by-hand', file, reason: 'it is shared with more than the tests' }
  }
  return editConfig(file, readFileSync(join(folder, file), 'utf8'))
}

function newConfig(file: string): Change {
  const lines = [
    "import { retake } from '@retake/vitest/plugin'",
    "import { defineConfig } from 'vitest/config'",
    '',
    'export default defineConfig({',
    '  plugins: [retake()],',
    '})',
  ]
  return { kind: 'edit', file, text: '', insertions: [{ after: 0, lines }] }
}

function editConfig(file: string, text: string): Change {
  if (text.includes('@retake/vitest')) return { kind: 'there', file, reason: 'it has the plugin' }
  const lines = splitLines(text)
  const imports = lines.flatMap((line, index) => (IMPORT.test(line) ? [index] : []))
  const openings = lines.flatMap((line, index) => (OPENING.test(line) ? [index] : []))
  const [imported, opened] = [imports[0], openings[0]]
  const isPlain = imports.length === 1 && openings.length === 1 && !/\bplugins\b/.test(text)
  if (!isPlain || imported === undefined || opened === undefined || !isSyntaxValid(text)) {
    return { kind: 'by-hand', file, reason: 'it is not as simple as it would have to be' }
  }
  const [, quote = "'", semicolon = ''] = IMPORT.exec(lines[imported] ?? '') ?? []
  const indent = /^\s+/.exec(lines[opened + 1] ?? '')?.[0] ?? '  '
  const specifier = `${quote}@retake/vitest/plugin${quote}`
  return {
    kind: 'edit',
    file,
    text,
    insertions: [
      { after: imported, lines: [`import { retake } from ${specifier}${semicolon}`] },
      { after: opened + 1, lines: [`${indent}plugins: [retake()],`] },
    ],
  }
}
