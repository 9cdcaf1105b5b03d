import { macrotask } from '@retake/core/adapter'
import { currentSession, call, stream } from '@retake/core'
import type { HttpRoute, RouteRequest } from './http-app.ts'

/** An app with a model in it, as the suite has it served. */
export interface TestAgent {
  readonly routes: readonly HttpRoute[]
  /** How many times the model has run. */
  runs(): number
  /** Lets `/after`, `/endless` and `/slow` go on. */
  release(): void
}

interface Asked {
  readonly prompts: readonly string[]
  /** Answers with a placeholder when the model fails. */
  readonly swallow?: boolean
}

/** Creates the app. */
export function createTestAgent(): TestAgent {
  const gate = createGate()
  let runs = 0

  // Each run has another answer, so that a replay cannot be right by chance.
  function ask(prompt: string): Promise<string> {
    const options = { kind: 'llm', name: 'loopback/model', request: { prompt } } as const
    return call(options, async () => `${prompt}: answer ${++runs} — ünïcode`)
  }

  async function* tell(prompt: string): AsyncGenerator<string> {
    const options = {
      kind: 'llm',
      op: 'stream',
      name: 'loopback/model',
      request: { prompt },
    } as const
    const { stream: parts } = await stream(options, async () => ({
      stream: partsOf(prompt, ++runs),
    }))
    for await (const part of parts) yield `data: ${part}\n\n`
    yield `data: ${await ask(`${prompt}, in short`)}\n\n`
  }

  async function* chat(request: RouteRequest): AsyncGenerator<string> {
    for (const prompt of (await asked(request)).prompts) yield* tell(prompt)
  }

  async function answer(request: RouteRequest): Promise<unknown> {
    const { prompts, swallow } = await asked(request)
    const answers: string[] = []
    for (const prompt of prompts) {
      answers.push(swallow ? await ask(prompt).catch(() => 'sorry') : await ask(prompt))
    }
    return { answers }
  }

  async function answerFirst(request: RouteRequest): Promise<unknown> {
    const { prompts } = await asked(request)
    const work = gate.opened.then(nextTurn).then(() => Promise.all(prompts.map(ask)))
    currentSession()?.waitUntil(work)
    return { accepted: prompts.length }
  }

  async function* endless(): AsyncGenerator<string> {
    yield `data: ${await ask('begin')}\n\n`
    await gate.opened
    yield 'data: too late\n\n'
  }

  const events = { 'content-type': 'text/event-stream' }
  const routes: HttpRoute[] = [
    { kind: 'json', method: 'POST', path: '/ask', handle: answer },
    { kind: 'stream', method: 'POST', path: '/chat', headers: events, handle: chat },
    { kind: 'lazy', method: 'POST', path: '/lazy', headers: events, handle: chat },
    { kind: 'json', method: 'POST', path: '/after', handle: answerFirst },
    { kind: 'stream', method: 'GET', path: '/endless', headers: events, handle: endless },
    { kind: 'lazy', method: 'GET', path: '/endless-lazy', headers: events, handle: endless },
    { kind: 'json', method: 'POST', path: '/echo', handle: (request) => request.json() },
    { kind: 'json', method: 'GET', path: '/session', handle: () => ({ id: currentSession()?.id }) },
    { kind: 'redirect', method: 'GET', path: '/moved', location: '/session' },
    {
      kind: 'json',
      method: 'GET',
      path: '/throw',
      handle: () => Promise.reject(new Error('broken')),
    },
    { kind: 'json', method: 'GET', path: '/down', status: 503, handle: () => ({ down: true }) },
  ]
  return { routes, runs: () => runs, release: gate.open }
}

// By then the response is on its way.
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    macrotask(resolve)
  })
}

async function asked(request: RouteRequest): Promise<Asked> {
  return (await request.json()) as Asked
}

function partsOf(prompt: string, run: number): ReadableStream<string> {
  return new ReadableStream({
    start(controller) {
      for (const part of [prompt, 'streamed', `in run ${run} ✓`]) controller.enqueue(part)
      controller.close()
    },
  })
}

function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}
