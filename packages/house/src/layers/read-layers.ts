import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { toLayerRules, type LayerRules } from './layer-rules.ts'

/** Reads the `layers.ts` of a package, or nothing where it has none. */
export async function readLayers(folder: string): Promise<LayerRules | undefined> {
  const file = join(folder, 'layers.ts')
  if (!existsSync(file)) return undefined
  const { layers } = (await import(pathToFileURL(file).href)) as { layers?: unknown }
  return toLayerRules(layers)
}
