import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { openSync, writeSync } from 'node:fs'
import { Agent, request } from 'node:http'

const BATCH = 100

/**
 * The smallest recorder of calls there could be: a scope, an id, one object. It encodes, redacts and
 * orders nothing, and keeps references to what the app holds.
 */
export function createFloor({ keep, flush }) {
  const storage = new AsyncLocalStorage()

  function start(input) {
    const id = randomUUID()
    const startedAt = Date.now()
    const done = (output) =>
      keep({ id, name: 'fake-1', startedAt, ms: Date.now() - startedAt, input, output })
    return { id, done }
  }

  return {
    call: (model) => async (input) => {
      const scope = start(input)
      const answer = await storage.run(scope, model, input)
      scope.done(answer)
      return answer
    },
    stream: (model) =>
      async function* (input) {
        const scope = start(input)
        const chunks = []
        for await (const chunk of storage.run(scope, model, input)) {
          chunks.push(chunk)
          yield chunk
        }
        scope.done(chunks)
      },
    flush,
  }
}

/** Sends records in batches over one socket that is kept open. What is not sent yet dies with the process. */
export function createSender(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const sending = new Set()
  let batch = []

  function send() {
    const body = JSON.stringify(batch)
    batch = []
    const sent = post(url, agent, body).finally(() => sending.delete(sent))
    sending.add(sent)
  }

  return {
    keep(record) {
      if (batch.push(record) === BATCH) send()
    },
    async flush() {
      if (batch.length > 0) send()
      await Promise.all(sending)
    },
  }
}

function post(url, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', resolve)
    })
      .on('error', reject)
      .end(body)
  })
}

/** Appends a line to a file as soon as a call is over: it survives the death of the process. */
export function createLineWriter(path, prepare = (record) => record) {
  const file = openSync(path, 'a')
  return {
    keep: (record) => void writeSync(file, `${JSON.stringify(prepare(record))}\n`),
    flush: async () => {},
  }
}

// What hardly any text has in which there is no credential.
const SUSPICIOUS = /(?:bearer|basic)\s|-BEGIN|@|(?:key|secret|password)\W{0,4}[:=]/i
const TOKEN = /sk-|gh[pousr]_|eyJ/
const CREDENTIAL = /(?:[_-]?key|secret|password|authorization|cookie)s?$/i
const SHORTEST = 6
const harmless = new Set()

/**
 * Copies a record, since the app may change its values, and looks at every text and every name for credentials.
 *
 * @throws when it finds any: there are none in this benchmark.
 */
export function lookThrough(value) {
  if (typeof value === 'string') {
    if (value.length < SHORTEST || !(SUSPICIOUS.test(value) || TOKEN.test(value))) return value
    throw new Error('There is a credential.')
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const items = []
    for (let index = 0; index < value.length; index++) items.push(lookThrough(value[index]))
    return items
  }
  const copy = {}
  for (const key of Object.keys(value)) {
    if (!harmless.has(key)) {
      if (CREDENTIAL.test(key)) throw new Error('There is a credential.')
      harmless.add(key)
    }
    copy[key] = lookThrough(value[key])
  }
  return copy
}
