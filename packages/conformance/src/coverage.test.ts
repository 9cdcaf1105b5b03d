import { globSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BEHAVIOURS } from './behaviours.ts'
import { collectVerified } from './verifies.ts'

const files = globSync('{scenarios,properties,teeth,corpus}/**/*.test.ts', {
  cwd: import.meta.dirname,
})

// Tests that cite what does not exist fail to load here.
const verified = await collectVerified(async () => {
  for (const file of files) await import(/* @vite-ignore */ join(import.meta.dirname, file))
})

describe('the behaviours', () => {
  it('all have a test', () => {
    const missing = Object.keys(BEHAVIOURS).filter((id) => !verified.some((known) => known === id))

    expect(missing).toEqual([])
  })

  it('have one test each', () => {
    const repeated = verified.filter((id, index) => verified.indexOf(id) !== index)

    expect(repeated).toEqual([])
  })

  it('are sentences', () => {
    for (const sentence of Object.values(BEHAVIOURS)) expect(sentence).toMatch(/^[A-Z].+\.$/)
  })
})
