import { describe, expect, it } from 'vitest'
import { differences, formatLikeness, similarity } from './similarity.ts'

const request = {
  model: 'gpt-4o',
  temperature: 0.2,
  messages: [
    { role: 'system', content: 'You grade essays.' },
    { role: 'user', content: 'Grade this essay' },
  ],
}

const edited = {
  ...request,
  temperature: 0.3,
  messages: [request.messages[0]!, { role: 'user', content: 'Grade this essay, briefly' }],
}

describe('similarity', () => {
  it('is 1 for equal requests and for two that are absent', () => {
    expect(similarity(request, structuredClone(request))).toBe(1)
    expect(similarity(undefined, undefined)).toBe(1)
  })

  it('is high for an edited prompt', () => {
    expect(similarity(request, edited)).toBeGreaterThan(0.8)
  })

  it('is told as 100 % of equal requests only', () => {
    expect(formatLikeness(1)).toBe('100 % alike')
    expect(formatLikeness(0.996)).toBe('99 % alike')
  })

  it('is low for another request', () => {
    expect(similarity(request, { query: 'weather in Oslo' })).toBeLessThan(0.2)
  })

  it('is nothing between texts without a word in common', () => {
    expect(similarity('Paris', 'Berlin')).toBe(0)
    expect(similarity({ city: 'Paris' }, { city: 'Berlin' })).toBe(0)
  })

  it('is the same from both sides', () => {
    expect(similarity(request, edited)).toBe(similarity(edited, request))
  })
})

describe('differences', () => {
  it('names each place that differs, with both sides', () => {
    expect(differences(request, edited)).toEqual([
      {
        path: 'messages[1].content',
        recorded: '"Grade this essay"',
        now: '"Grade this essay, briefly"',
      },
      { path: 'temperature', recorded: '0.2', now: '0.3' },
    ])
  })

  it('shows what is absent on one side', () => {
    expect(differences({ seed: 1 }, {})).toEqual([{ path: 'seed', recorded: '1', now: undefined }])
  })

  it('finds nothing between equal requests', () => {
    expect(differences(request, structuredClone(request))).toEqual([])
  })
})
