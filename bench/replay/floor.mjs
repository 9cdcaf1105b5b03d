import { AsyncLocalStorage } from 'node:async_hooks'
import { hash } from 'node:crypto'
import { JSON_HEADERS, STREAM_HEADERS } from './exchanges.mjs'

const scope = new AsyncLocalStorage()

/** The least that a replay can do: a `fetch` that looks its answer up by the text of the request. */
export function createFloor(recordings) {
  const answers = new Map(recordings.map(({ request, body }) => [JSON.stringify(request), body]))
  return async (_url, { body }) => toResponse(answers.get(body))
}

/**
 * The least that tells requests apart as it should: keys are sorted before they are hashed, equal requests
 * are answered in the order in which they were recorded, and the answers belong to a scope.
 */
export function createCanonicalFloor(recordings) {
  const answers = new Map()
  for (const { request, body } of recordings) {
    const key = keyOf(JSON.stringify(request))
    answers.set(key, [...(answers.get(key) ?? []), body])
  }
  const within = (run) => scope.run({ answers, taken: new Map() }, run)
  const fetch = async (_url, { body }) => {
    const { answers, taken } = scope.getStore()
    const key = keyOf(body)
    const next = taken.get(key) ?? 0
    taken.set(key, next + 1)
    return toResponse(answers.get(key)[next])
  }
  return { within, fetch }
}

function keyOf(body) {
  return hash('sha256', JSON.stringify(sortKeys(JSON.parse(body))))
}

function sortKeys(value) {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortKeys(value[key])]),
  )
}

function toResponse(body) {
  if (typeof body === 'string') return new Response(body, { headers: JSON_HEADERS })
  const encoder = new TextEncoder()
  let next = 0
  const stream = new ReadableStream(
    {
      pull(controller) {
        if (next < body.length) controller.enqueue(encoder.encode(body[next++]))
        else controller.close()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(stream, { headers: STREAM_HEADERS })
}
