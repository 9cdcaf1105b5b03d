import { describe, it } from 'vitest'
import { testStore } from './store.ts'
import { createMemoryStore } from '@retake/store'

testStore('memory', createMemoryStore, { describe, it })
