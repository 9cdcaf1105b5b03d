import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Retake, RetakeOptions } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { createMemoryStore } from '@retake/core/stores/memory'
import { createTestRetake } from './lab.ts'

/** Makes an instance that keeps its sessions in the store under test. */
export type CreateRetake = (options?: RetakeOptions) => Retake

/** Runs a check once for each store. */
export function inEveryStore(
  check: (createRetake: CreateRetake) => Promise<void>,
): () => Promise<void> {
  return async () => {
    const memory = createMemoryStore()
    await named('memory', () => check((options) => createTestRetake({ store: memory, ...options })))
    await inDirectory((directory) => {
      const store = createDirectoryStore({ directory })
      return named('directory', () => check((options) => createTestRetake({ store, ...options })))
    })
  }
}

/** Runs a check with an empty folder, which is removed afterwards. */
export async function inDirectory<T>(check: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'retake-'))
  try {
    return await check(directory)
  } finally {
    rmSync(directory, { recursive: true })
  }
}

async function named(store: string, check: () => Promise<void>): Promise<void> {
  try {
    await check()
  } catch (error) {
    throw new Error(`With the ${store} store: ${String(error)}`, { cause: error })
  }
}
