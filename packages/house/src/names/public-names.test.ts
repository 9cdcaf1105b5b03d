import { describe, expect, it } from 'vitest'
import { plantedPackage } from '../testing/planted.ts'
import { readCodeImports } from './code-imports.ts'
import { formatPublicNames, readPublicNames, unknownImports } from './public-names.ts'

const planted = plantedPackage(
  {
    'index.ts': "export { record, type Options } from './record.ts'",
    'register.ts': "import './record.ts'",
  },
  { entries: { '.': './src/index.ts', './register': './src/register.ts' } },
)

function problems(code: string): string[] {
  const markdown = ['# A page', '', '```ts', code, '```', ''].join('\n')
  return unknownImports(readCodeImports(markdown), readPublicNames(planted))
}

describe('public names', () => {
  it('are listed for each entry', () => {
    expect(formatPublicNames(readPublicNames(planted))).toBe(
      '@house/planted\n  type Options\n  record\n\n@house/planted/register\n',
    )
  })

  it('need the source of each entry', () => {
    const built = plantedPackage({}, { entries: { './built': './dist/built.js' } })

    expect(() => readPublicNames(built)).toThrow('"./built" of @house/planted names no source file')
  })

  it.each([
    "import { record, type Options } from '@house/planted'",
    "import * as planted from '@house/planted'",
    "import '@house/planted/register'",
    "import { anything } from 'another'",
  ])('cover what a page imports: %s', (code) => {
    expect(problems(code)).toEqual([])
  })

  it.each([
    ["import { replay } from '@house/planted'", '@house/planted exports no replay'],
    ["import { record as replay, play } from '@house/planted'", '@house/planted exports no play'],
    ["import type { Session } from '@house/planted'", '@house/planted exports no Session'],
    ["import planted from '@house/planted'", '@house/planted exports no default'],
    ["import { record } from '@house/planted/http'", 'there is no @house/planted/http'],
  ])('do not cover %s', (code, problem) => {
    expect(problems(code)).toEqual([problem])
  })

  it('cannot be looked up for code that does not parse', () => {
    expect(() => problems('import {')).toThrow(SyntaxError)
  })
})
