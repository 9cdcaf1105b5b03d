import { expect, it } from 'vitest'
import { differenceLines } from './difference-lines.ts'

it('puts short texts side by side whole', () => {
  const found = [
    { path: 'prompt', recorded: '"a"', now: '"b"' },
    { path: 'temperature', recorded: '0.2', now: undefined },
  ]

  expect(differenceLines(found, '  ')).toEqual([
    '  prompt       recorded "a"  now "b"',
    '  temperature  recorded 0.2  now (absent)',
  ])
})

it('shows of long texts the part that differs, with what stands before it', () => {
  const same = 'You are a careful grader. '.repeat(40)
  const found = [
    { path: 'system', recorded: `"${same}Be kind."`, now: `"${same}Be strict, and brief."` },
  ]

  const [line = ''] = differenceLines(found, '')

  expect(line).toContain('grader. Be kind."  now …')
  expect(line).toContain('grader. Be strict, and brief."')
  expect(line.length).toBeLessThan(150)
})

it('says how many more there are', () => {
  const found = Array.from({ length: 9 }, (_, index) => {
    return { path: `[${index}]`, recorded: '1', now: '2' }
  })

  expect(differenceLines(found, '').at(-1)).toBe('and 3 more')
})
