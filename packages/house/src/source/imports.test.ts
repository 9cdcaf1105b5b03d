import { describe, expect, it } from 'vitest'
import { readImports } from './imports.ts'

describe('readImports', () => {
  it.each([
    ["import { a } from './a.ts'", false],
    ["import a from './a.ts'", false],
    ["import * as a from './a.ts'", false],
    ["import './a.ts'", false],
    ["import {} from './a.ts'", false],
    ["import { a, type A } from './a.ts'", false],
    ["import type { A } from './a.ts'", true],
    ["import { type A } from './a.ts'", true],
    ["export { a } from './a.ts'", false],
    ["export * from './a.ts'", false],
    ["export * as a from './a.ts'", false],
    ["export type { A } from './a.ts'", true],
    ["export { type A } from './a.ts'", true],
    ["export type * from './a.ts'", true],
    ["const a = await import('./a.ts')", false],
    ['const a = await import(`./a.ts`)', false],
    ["const a = require('./a.ts')", false],
    ["import a = require('./a.ts')", false],
    ["type A = import('./a.ts').A", true],
    ["type A = typeof import('./a.ts')", true],
    ["function f(a: import('./a.ts').A): void {}", true],
  ])('reads %s', (text, isType) => {
    expect(readImports('file.ts', text).imports).toEqual([{ specifier: './a.ts', isType }])
  })

  it('takes no notice of comments, texts and specifiers that are no literal', () => {
    const text = `
      // import './a.ts'
      const text = "import './a.ts'"
      const a = await import(text)
    `

    expect(readImports('file.ts', text).imports).toEqual([])
  })

  it.each([
    "import fs from 'node:fs'",
    "import fs from 'fs'",
    "import type { Stats } from 'node:fs'",
    "const fs = require('fs')",
    "const fs = process.getBuiltinModule('fs')",
    "const fs = process?.getBuiltinModule?.('fs')",
    "const fs = builtin?.('node:fs')",
    "const fs = await import('node:fs')",
    "type Fs = typeof import('node:fs')",
  ])('finds the builtin in %s', (text) => {
    expect(readImports('file.ts', text).builtins).toEqual(['node:fs'])
  })

  it('says which file does not parse', () => {
    expect(() => readImports('broken.ts', 'import {')).toThrow(/^broken\.ts: /)
  })
})
