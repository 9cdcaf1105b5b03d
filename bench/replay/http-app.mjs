import { JSON_HEADERS, PATH } from './exchanges.mjs'

/** The app of those that replay HTTP: it asks by `fetch`, and reads what comes. */
export function createHttpApp(url, fetch = globalThis.fetch) {
  const post = (request) =>
    fetch(url + PATH, { method: 'POST', headers: JSON_HEADERS, body: JSON.stringify(request) })
  return {
    json: async (request) => readJson(await post(request)),
    stream: async (request) => readStream(await post(request)),
  }
}

/** The text of an answer. */
async function readJson(response) {
  const { id, choices } = await response.json()
  return { id, text: choices[0].message.content }
}

/** The body of a stream as it came, and in how many chunks. */
async function readStream(response) {
  const decoder = new TextDecoder()
  let text = ''
  let chunks = 0
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true })
    chunks++
  }
  return { text, chunks }
}
