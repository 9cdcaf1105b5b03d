import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDirectoryStore } from '@retake/store/directory'
import { afterAll, describe, it } from 'vitest'
import { testStore } from './store.ts'

const root = mkdtempSync(join(tmpdir(), 'retake-directory-'))

afterAll(() => rmSync(root, { recursive: true }))

function createStore(): ReturnType<typeof createDirectoryStore> {
  return createDirectoryStore({ directory: join(mkdtempSync(join(root, 'store-')), '.retake') })
}

testStore('directory', createStore, { describe, it })
