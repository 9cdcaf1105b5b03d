import { createMemoryStore } from '@retake/store'
import { createRetake, type Retake, type RetakeOptions } from '../src/index.ts'

const environment = { RETAKE_REPLAY_ENABLED: '1' }

/** An instance with a store of its own, which may replay. */
export function createTestRetake(options: RetakeOptions = {}): Retake {
  return createRetake({ store: createMemoryStore(), environment, log: false, ...options })
}
