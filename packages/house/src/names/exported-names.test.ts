import { describe, expect, it } from 'vitest'
import { exportedNames } from './exported-names.ts'

describe('exportedNames', () => {
  it('tells values from types, and sorts them by name', () => {
    const text = `
      export { b, type B, default as c } from './b.ts'
      export type { Z, Y } from './types.ts'
      export const a = 1
      export function f(): void {}
      export class K {}
      export interface I {}
      export type T = 1
      export default a
    `

    expect(exportedNames('index.ts', text)).toEqual([
      'a',
      'b',
      'type B',
      'c',
      'default',
      'f',
      'type I',
      'K',
      'type T',
      'type Y',
      'type Z',
    ])
  })

  it.each([
    "export * from './a.ts'",
    "export type * from './a.ts'",
    "export * as all from './a.ts'",
  ])('refuses %s', (text) => {
    expect(() => exportedNames('index.ts', text)).toThrow(
      `index.ts: ${text} names nothing; list the names`,
    )
  })
})
