import { describe, expect, it } from 'vitest'
import { plantedPackage, type PlantedFiles } from '../testing/planted.ts'
import { checkPackage } from './check-package.ts'
import type { LayerRules } from './layer-rules.ts'

const clean = {
  'time.ts': 'export type Time = number',
  'session/state.ts': "import type { Time } from '../time.ts'\nexport type State = { at: Time }",
  'session/session.ts': "import type { State } from './state.ts'\nexport type Session = State",
  'seam/seam.ts': "export type { Session } from '../session/session.ts'",
  'index.ts': "export type { Session } from './seam/seam.ts'",
}

const rules = {
  rows: { 'time.ts': [], session: ['time.ts'], seam: ['session'], 'index.ts': ['*'] },
} satisfies LayerRules

function check(files: PlantedFiles, more: Partial<LayerRules> = {}): string[] {
  return checkPackage(plantedPackage({ ...clean, ...files }), { rules: { ...rules, ...more } })
}

function circles(files: PlantedFiles): string[] {
  return checkPackage(plantedPackage(files))
}

describe('checkPackage', () => {
  it('has nothing to say about a tree that keeps its rules', () => {
    expect(check({})).toEqual([])
  })

  describe('circles of files', () => {
    it('prints the way around', () => {
      const files = {
        'a.ts': "export * from './b.ts'",
        'b.ts': "export * from './c.ts'",
        'c.ts': "export * from './a.ts'",
      }

      expect(circles(files)).toContain('circle of files: src/a.ts → src/b.ts → src/c.ts → src/a.ts')
    })

    it.each([
      ["import type { A } from './a.ts'", 'imported types'],
      ["export type { A } from './a.ts'", 'types handed on'],
      ["export type B = import('./a.ts').A", 'inline types'],
      ["export type B = typeof import('./a.ts')", 'the type of a module'],
      ["export const b = () => import('./a.ts')", 'a dynamic import'],
      ["import type { A } from '@house/planted/a'", 'the name of the package itself'],
    ])('are closed by %s: %s', (text) => {
      const files = { 'a.ts': "import type { B } from './b.ts'", 'b.ts': text }
      const planted = plantedPackage(files, { entries: { './a': './src/a.ts' } })

      expect(checkPackage(planted)).toContain('circle of files: src/a.ts → src/b.ts → src/a.ts')
    })

    it('are told once, by the shortest of those that hang together', () => {
      const files = {
        'x/a.ts': "export * from './b.ts'\nexport * from './c.ts'",
        'x/b.ts': "export * from './a.ts'",
        'x/c.ts': "export * from './d.ts'",
        'x/d.ts': "export * from './a.ts'",
      }

      expect(circles(files)).toEqual([
        'circle of files: src/x/a.ts → src/x/b.ts → src/x/a.ts (2 more are in it)',
      ])
    })

    it('are told when a file imports itself', () => {
      expect(circles({ 'x/a.ts': "import type { A } from './a.ts'" })).toEqual([
        'circle of files: src/x/a.ts → src/x/a.ts',
      ])
    })
  })

  describe('circles of folders', () => {
    it('are found where no files form one', () => {
      const files = {
        'one/a.ts': "import type { B } from '../two/b.ts'",
        'two/b.ts': 'export type B = 1',
        'two/c.ts': "import type { D } from '../one/d.ts'",
        'one/d.ts': 'export type D = 1',
      }

      expect(circles(files)).toEqual([
        'circle of folders: src/one → src/two → src/one: ' +
          'src/one/a.ts imports src/two/b.ts, src/two/c.ts imports src/one/d.ts',
      ])
    })

    it('are found between a folder and the one around it', () => {
      const files = {
        'one/a.ts': "import type { B } from './inner/b.ts'",
        'one/inner/b.ts': 'export type B = 1',
        'one/inner/c.ts': "import type { D } from '../d.ts'",
        'one/d.ts': 'export type D = 1',
      }

      expect(circles(files)).toEqual([
        expect.stringContaining('circle of folders: src/one → src/one/inner → src/one:'),
      ])
    })

    it('are found where only folders further down close them', () => {
      const files = {
        'one/x/a.ts': "import type { B } from '../../two/b.ts'",
        'two/b.ts': 'export type B = 1',
        'two/y/c.ts': "import type { D } from '../../one/z/d.ts'",
        'one/z/d.ts': 'export type D = 1',
      }

      expect(circles(files)).toEqual([
        expect.stringContaining('circle of folders: src/one → src/two → src/one:'),
      ])
    })

    it('are found between a folder and a file of src', () => {
      const files = {
        'a.ts': "import type { B } from './one/b.ts'",
        'one/b.ts': 'export type B = 1',
        'one/c.ts': "import type { A } from '../a.ts'",
      }

      expect(circles(files)).toEqual([
        expect.stringContaining('circle of folders: src/a.ts → src/one → src/a.ts:'),
      ])
    })
  })

  describe('rows', () => {
    it('allow no import of what a row does not name', () => {
      const files = { 'seam/seam.ts': "import type { Time } from '../time.ts'" }

      expect(check(files)).toEqual([
        'src/seam/seam.ts imports src/time.ts, but seam may import only session',
      ])
    })

    it('allow no import of what stands below', () => {
      const files = { 'time.ts': "export type { A } from './session/a.ts'", 'session/a.ts': '' }

      expect(check(files)).toContain(
        'src/time.ts imports src/session/a.ts, but time.ts may import nothing of this package',
      )
    })

    it('give a folder of a folder the row of its parent, unless it has its own', () => {
      const files = {
        'session/log/log.ts': "import type { Time } from '../../time.ts'",
        'session/parts/a.ts': "import type { Time } from '../../time.ts'",
      }
      const rows = {
        'time.ts': [],
        'session/log': [],
        session: ['time.ts'],
        seam: ['session'],
        'index.ts': ['*'],
      }

      expect(check(files, { rows })).toEqual([
        'src/session/log/log.ts imports src/time.ts, but session/log may import nothing of this package',
      ])
    })

    it('take in the files of src that have no row of their own as "*.ts"', () => {
      const files = { 'a.ts': "import type { B } from './b.ts'", 'b.ts': '' }
      const rows = { '*.ts': [], session: ['*.ts'], seam: ['session'], 'index.ts': ['*'] }

      expect(check(files, { rows })).toEqual([])
      expect(check({ ...files, 'b.ts': "export * from './index.ts'" }, { rows })).toEqual([
        'src/b.ts imports src/index.ts, but *.ts may import nothing of this package',
      ])
    })

    it('name every folder and file of src', () => {
      expect(check({ 'replay/a.ts': '', 'replay/b.ts': '', 'extra.ts': '' })).toEqual([
        'src/replay has no row in layers.ts',
        'src/extra.ts has no row in layers.ts',
      ])
    })

    it('name nothing that does not exist', () => {
      const rows = { ...rules.rows, replay: [] }

      expect(check({}, { rows })).toEqual([
        'layers.ts has a row replay, which takes in no file of src',
      ])
    })

    it('name only rows above them', () => {
      const rows = {
        'time.ts': [],
        session: ['time.ts', 'seam'],
        seam: ['session', 'replay'],
        'index.ts': ['*'],
      }

      expect(check({}, { rows })).toEqual([
        'layers.ts lets session import seam, which does not stand above it',
        'layers.ts lets seam import replay, which has no row',
      ])
    })
  })

  describe('values of a package', () => {
    const valuesOf = { '@house/store': ['session/session.ts'] }

    it.each([
      "import { open } from '@house/store'",
      "import { open } from '@house/store/memory'",
      "export { open } from '@house/store'",
      "export * from '@house/store'",
      "import '@house/store'",
      "export const store = () => import('@house/store')",
    ])('may be taken only where the rules say so: %s', (text) => {
      expect(check({ 'seam/open.ts': text }, { valuesOf })).toEqual([
        'src/seam/open.ts takes a value from @house/store, but only session/session.ts may; ' +
          'take a type, or be handed the value',
      ])
    })

    it('may be taken in those places, and types anywhere', () => {
      const files = {
        'session/session.ts': "export { open } from '@house/store'",
        'seam/open.ts': "import type { Store } from '@house/store'",
        'seam/type.ts': "import { type Store } from '@house/store'",
      }

      expect(check(files, { valuesOf })).toEqual([])
    })

    it('name places that exist', () => {
      expect(check({}, { valuesOf: { '@house/store': ['config.ts'] } })).toEqual([
        'layers.ts names the place config.ts, where no file of src is',
      ])
    })
  })

  describe('borders of the package', () => {
    const other = plantedPackage({}, { name: '@house/other' })

    it.each([
      ["import { a } from '@house/other/src/a.ts'", 'which @house/other does not export'],
      ["import type { A } from '@house/other/src/a.ts'", 'which @house/other does not export'],
      ["export const a = () => import('@house/other/a')", 'which @house/other does not export'],
      ["import { a } from '../../other/src/a.ts'", 'which leaves the package'],
      ["export type A = import('../../other/src/a.ts').A", 'which leaves the package'],
      ["import { a } from './gone.ts'", 'which is no source file'],
      ["import { a } from './index.test.ts'", 'which is no source file'],
    ])('are crossed by %s', (text, problem) => {
      const planted = plantedPackage({ 'index.ts': text })

      expect(checkPackage(planted, { workspace: [other] })).toEqual([
        expect.stringMatching(new RegExp(`^src/index\\.ts imports .*, ${problem}$`)),
      ])
    })

    it('are kept by imports of exports, of its own package.json and of other libraries', () => {
      const planted = plantedPackage({
        'index.ts': `
          import { a } from '@house/other'
          import manifest from '../package.json' with { type: 'json' }
          import { z } from 'zod/v4'
        `,
      })

      expect(checkPackage(planted, { workspace: [other] })).toEqual([])
    })
  })

  describe('builtins of Node', () => {
    it.each([
      "import fs from 'node:fs'",
      "import fs from 'fs'",
      "import type { Stats } from 'node:fs'",
      "export const fs = () => import('node:fs')",
      "export const fs = process.getBuiltinModule('node:fs')",
      "export const fs = require('node:fs')",
    ])('may be forbidden: %s', (text) => {
      expect(check({ 'seam/disk.ts': text }, { builtins: {} })).toEqual([
        'src/seam/disk.ts uses node:fs, but nothing in this package may',
      ])
    })

    it('may be left to some places', () => {
      const files = {
        'seam/disk.ts': "import fs from 'node:fs'",
        'session/scope.ts': "import { AsyncLocalStorage } from 'node:async_hooks'",
        'seam/seam.ts': "import { AsyncLocalStorage } from 'node:async_hooks'",
      }
      const builtins = { 'node:fs': ['*'], 'node:async_hooks': ['session'] }

      expect(check(files, { builtins })).toEqual([
        'src/seam/seam.ts uses node:async_hooks, but only session may',
      ])
    })

    it('are free to use where the rules do not speak of them', () => {
      expect(check({ 'seam/disk.ts': "import fs from 'node:fs'" })).toEqual([])
    })
  })
})
