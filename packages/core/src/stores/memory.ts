export { createMemoryStore } from '@retake/store'
