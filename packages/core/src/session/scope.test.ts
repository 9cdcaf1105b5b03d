import { describe, expect, it } from 'vitest'
import { placeOf } from '@retake/format'
import { childFrame, nextOrdinal, rootFrame } from './frame.ts'

describe('frames', () => {
  it('give out ordinals per name, in start order', () => {
    const frame = rootFrame()

    expect(['a', 'a', 'b', 'a'].map((name) => nextOrdinal(frame, name))).toEqual([0, 1, 0, 2])
  })

  it('have a path that tells siblings apart and a place that does not', () => {
    const agent = childFrame(rootFrame(), 'agent:grader', 2)
    const item = childFrame(agent, 'item', '42')

    expect(item.path).toBe('agent:grader#2 > item[42]')
    expect(item.place).toBe('agent:grader > item')
    expect(placeOf(item.path)).toBe(item.place)
  })

  it.each(['a > b', 'x]', '[y', '100%', 'tool#1'])(
    'keep the name %j apart from the path',
    (name) => {
      const frame = childFrame(childFrame(rootFrame(), name, 0), name, name)

      expect(placeOf(frame.path)).toBe(frame.place)
      expect(frame.path.split(' > ')).toHaveLength(2)
    },
  )

  it.each(['['.repeat(1_000_000), '#1'.repeat(1_000_000), `${'[a'.repeat(1_000_000)}x`, ']', '#'])(
    'have a place in linear time, whatever a file says their path is: %#',
    (path) => {
      expect(placeOf(`agent > ${path}`)).toMatch(/^agent > /)
    },
  )
})
