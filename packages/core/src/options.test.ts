import { createMemoryStore } from '@retake/store'
import { describe, expect, it } from 'vitest'
import { createRetake, recorded } from './index.ts'

describe('options', () => {
  it('that there are not are refused by name', () => {
    const misspelt = { store: createMemoryStore(), log: false, virtualise: ['date'] } as object

    expect(() => createRetake(misspelt)).toThrow(
      /createRetake has no option "virtualise"\. It has service, .*virtualize/,
    )
  })

  it('may be undefined', () => {
    expect(() => createRetake({ log: false, unknown: undefined } as object)).not.toThrow()
  })
})

describe('recorded', () => {
  it('refuses a kind of event that there is not, when the function is made', () => {
    expect(() => recorded('agent' as never, 'planner', async () => 'plan')).toThrow(
      /"agent" is no kind of event\. Use one of llm, /,
    )
  })
})
