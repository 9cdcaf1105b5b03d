// One contestant in one scenario, in a process of its own: prints what each look-up took. A look-up is made in the turn
// in which a call is made, so that the time until the call has returned its promise holds it.

import { call, createRetake } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { similarity } from '@retake/format'
import { median } from '../shared/comparison.mjs'
import { requestsOf, SCENARIOS } from './scenarios.mjs'

const [, , contestant, scenario] = process.argv
const { edit } = SCENARIOS[scenario]
const recorded = requestsOf(SCENARIOS[scenario])
const edited = recorded.map(edit)
globalThis.gc()
const { times, right } = contestant === 'Retake' ? await replay() : nearestInOrder()

const [firstMs, ...others] = times
const sorted = others.toSorted((one, other) => one - other)
console.log(
  JSON.stringify({
    firstMs,
    medianUs: median(others) * 1e3,
    mostUs: sorted[Math.floor(sorted.length * 0.99)] * 1e3,
    right,
  }),
)
process.exit()

async function replay() {
  const environment = { RETAKE_REPLAY_ENABLED: '1' }
  const retake = createRetake({ store: createMemoryStore(), environment, log: false })
  const ask = (request, answer) =>
    call({ kind: 'llm', name: 'fake-1', request }, async () => answer)
  const id = await retake.session(async (session) => {
    for (const [at, request] of recorded.entries()) await ask(request, at)
    return session.id
  })
  const times = []
  let right = 0
  await retake.replay(
    id,
    async () => {
      for (const [at, request] of edited.entries()) {
        const startMs = performance.now()
        const asked = ask(request)
        times.push(performance.now() - startMs)
        if ((await asked) === at) right++
      }
    },
    { match: 'lenient', ignore: ['result'] },
  )
  return { times, right }
}

// What Retake did before: of the sixteen nearest by number the first that is half alike.
function nearestInOrder() {
  const used = new Set()
  const times = []
  let right = 0
  for (const [at, request] of edited.entries()) {
    const startMs = performance.now()
    const found = recorded
      .map((other, index) => ({ other, index }))
      .filter(({ index }) => !used.has(index))
      .sort((one, other) => Math.abs(one.index - at) - Math.abs(other.index - at))
      .slice(0, 16)
      .find(({ other }) => similarity(other, request) >= 0.5)
    times.push(performance.now() - startMs)
    if (found === undefined) continue
    used.add(found.index)
    if (found.index === at) right++
  }
  return { times, right }
}
