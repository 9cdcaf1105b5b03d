import { describe, it } from 'vitest'
import { testStore } from '../testing/store.ts'
import { createMemoryStore } from './memory.ts'

testStore('memory', createMemoryStore, { describe, it })
