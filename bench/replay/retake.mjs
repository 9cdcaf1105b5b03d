import { call, createRetake, stream } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { answerOf, partsOf } from './exchanges.mjs'

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
