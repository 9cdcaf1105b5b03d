import { recorded } from '@retake/core'
import { test } from '@retake/vitest'
import { expect } from 'vitest'

const double = recorded('tool', 'double', async (number) => number * 2)

test('records a session', async ({ session }) => {
  expect(await double(21)).toBe(42)
  expect(session).toMatchTrajectory(['tool double'])
})
