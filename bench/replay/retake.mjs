import { call, createRetake, stream } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { answerOf, JSON_HEADERS, partsOf, PATH } from './exchanges.mjs'
import { readJson } from './http-app.mjs'

/** The app that calls its model through the seam, and gets what the model's SDK gives. */
export const sdkApp = {
  async json(request) {
    const { id, choices } = await call(about(request, 'generate'), () => liveAnswer(request))
    return { id, text: choices[0].message.content }
  },
  async stream(request) {
    const answer = await stream(about(request, 'stream'), () => liveStream(request))
    let text = ''
    let chunks = 0
    for await (const { delta } of answer.stream) {
      text += delta
      chunks++
    }
    return { text, chunks }
  },
}

/** The app that records a whole HTTP exchange, and makes a `Response` of it, as the others have to. */
export const responseApp = {
  async json(request) {
    const url = `http://127.0.0.1${PATH}`
    const { status, headers, body } = await call(
      { kind: 'http', name: 'POST', request: { url, body: request } },
      async () => {
        const answer = await liveAnswer(request)
        return { status: 200, headers: JSON_HEADERS, body: JSON.stringify(answer) }
      },
    )
    return readJson(new Response(body, { status, headers }))
  },
}

function about(request, op) {
  return { kind: 'llm', name: 'fake/fake-1', op, model: 'fake-1', provider: 'fake', request }
}

let isLive = false

async function liveAnswer(request) {
  return answerOf(numberOf(request))
}

async function liveStream(request) {
  return { stream: ReadableStream.from(partsOf(numberOf(request))) }
}

function numberOf({ id }) {
  if (!isLive) throw new Error('A replay has called the model.')
  return Number(id.slice('request-'.length))
}

/** An instance that keeps its sessions in a folder, and may replay them. */
export function openRetake(directory) {
  return createRetake({
    store: createDirectoryStore({ directory }),
    environment: { RETAKE_REPLAY_ENABLED: '1' },
    log: false,
  })
}

/** Records a session in which all `requests` are asked; gives its id. */
export async function recordSession(retake, ask, requests) {
  isLive = true
  const id = await retake.session({ name: 'bench' }, async (session) => {
    for (const request of requests) await ask(request)
    return session.id
  })
  isLive = false
  return id
}
