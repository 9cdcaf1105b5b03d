import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { plantFolder, type PlantedFiles } from '../testing/planted.ts'
import { bundleForBrowser, type BrowserBundle } from './bundle-for-browser.ts'

function bundle(files: PlantedFiles): Promise<BrowserBundle> {
  return bundleForBrowser(join(plantFolder(files), 'index.ts'))
}

describe('bundleForBrowser', () => {
  it('puts a module and what it imports into one file, and says its size', async () => {
    const { text, sizeBytes } = await bundle({
      'index.ts': "export { answer } from './answer.ts'",
      'answer.ts': 'export const answer: number = 42',
    })

    expect(text).toContain('42')
    expect(text).not.toContain('answer.ts')
    expect(sizeBytes).toBe(text.length)
  })

  it('reads the sources of other packages', async () => {
    const exports = { '.': { '@retake/source': './a.ts', default: './dist/a.js' } }

    const { text } = await bundle({
      'index.ts': "export { a } from 'other'",
      'node_modules/other/package.json': JSON.stringify({ name: 'other', exports }),
      'node_modules/other/a.ts': "export const a: string = 'from its source'",
    })

    expect(text).toContain('from its source')
  })

  it.each([
    ["import { readFileSync } from 'node:fs'\nexport const read = readFileSync", 'node:fs'],
    ["export { readFileSync } from 'node:fs'", 'node:fs'],
    ["import 'node:fs'", 'node:fs'],
    ["export const fs = () => import('node:fs/promises')", 'node:fs/promises'],
    ["export const fs = require('node:fs')", 'node:fs'],
    ["export { Buffer } from 'buffer'", 'buffer'],
  ])('refuses %s', async (text, builtin) => {
    const files = { 'index.ts': "export * from './parts/disk.ts'", 'parts/disk.ts': text }

    await expect(bundle(files)).rejects.toThrow(
      `No browser has what parts/disk.ts imports ${builtin}.`,
    )
  })

  it('names every file that needs Node', async () => {
    const files = {
      'index.ts': "import './b.ts'\nimport './a.ts'",
      'a.ts': "import 'node:fs'",
      'b.ts': "import 'node:path'",
    }

    await expect(bundle(files)).rejects.toThrow(
      'No browser has what a.ts imports node:fs, b.ts imports node:path.',
    )
  })

  it('takes types of Node, which are gone when it runs', async () => {
    const text = "import type { Stats } from 'node:fs'\nexport type Size = Stats['size']"

    await expect(bundle({ 'index.ts': text })).resolves.toMatchObject({ text: '' })
  })

  it('fails when something does not resolve', async () => {
    await expect(bundle({ 'index.ts': "import './gone.ts'" })).rejects.toThrow('gone.ts')
  })
})
