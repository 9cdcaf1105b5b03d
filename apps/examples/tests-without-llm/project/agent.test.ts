import { test } from '@retake/vitest'
import { expect } from 'vitest'
import { forecast } from './agent.ts'

const cities = Array.from({ length: 200 }, (_, index) => `City ${index + 1}`)

test.concurrent.for(cities)('tells the weather of %s', async (city, { session }) => {
  const answer = await forecast(`Do I need an umbrella in ${city}?`)

  expect(answer).toContain(`${city}: ${city.length} degrees`)
  expect(session).toHaveCalledTool('weather', { city })
  expect(session).toMatchTrajectory(['llm', 'tool weather', 'llm'])
})
