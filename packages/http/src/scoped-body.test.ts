import { describe, expect, it } from 'vitest'
import { createRetake, currentSession } from '@retake/core'
import { currentScope, type Scope } from '@retake/core/adapter'
import { stateOf } from '@retake/core/host'
import { scopedBody } from './scoped-body.ts'
import { createMemoryStore } from '@retake/store'

const bytes = (text: string) => new TextEncoder().encode(text)

async function openScope(): Promise<Scope> {
  const retake = createRetake({ store: createMemoryStore(), environment: {}, log: false })
  const scope = await retake.session(() => currentScope())
  if (scope === undefined) throw new Error('no scope')
  return scope
}

/** A source that notes in which session it is used. */
function createSource(parts: readonly string[]) {
  const seen: string[] = []
  const note = (what: string) => void seen.push(`${what} in ${currentSession()?.id}`)
  let pulls = 0
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        note('pull')
        const part = parts[pulls++]
        if (part === undefined) controller.close()
        else controller.enqueue(bytes(part))
      },
      cancel: (reason) => note(`cancel for ${String(reason)}`),
    },
    { highWaterMark: 0 },
  )
  return { stream, seen }
}

async function open(parts: readonly string[]) {
  const scope = await openScope()
  const { stream, seen } = createSource(parts)
  const over: unknown[][] = []
  const body = scopedBody(stream, scope, { onOver: (...args) => void over.push(args) })
  return { body, seen, over, id: stateOf(scope.session).record.id }
}

describe('scopedBody', () => {
  it('gives the same chunks, read inside the session', async () => {
    const { body, seen, over, id } = await open(['one', 'two'])

    const chunks: Uint8Array[] = []
    for await (const chunk of body) chunks.push(chunk)

    expect(chunks).toEqual([bytes('one'), bytes('two')])
    expect(seen).toEqual([`pull in ${id}`, `pull in ${id}`, `pull in ${id}`])
    expect(over).toEqual([['finished']])
  })

  it('reads nothing ahead', async () => {
    const { body, seen } = await open(['one', 'two'])
    const reader = body.getReader()
    expect(seen).toHaveLength(0)

    await reader.read()

    expect(seen).toHaveLength(1)
  })

  it('hands a cancel on with its reason, inside the session', async () => {
    const { body, seen, over, id } = await open(['one', 'two'])
    const reader = body.getReader()
    await reader.read()

    await reader.cancel('the client has gone')

    expect(seen).toEqual([`pull in ${id}`, `cancel for the client has gone in ${id}`])
    expect(over).toEqual([['client_closed']])
  })

  it('hands a cancel on before anything was read', async () => {
    const { body, seen, id } = await open(['one'])

    await body.cancel('never mind')

    expect(seen).toEqual([`cancel for never mind in ${id}`])
  })

  it('fails like its source, and says with what', async () => {
    const failure = new Error('the model is gone')
    const over: unknown[][] = []
    const source = new ReadableStream({ pull: () => Promise.reject(failure) })
    const body = scopedBody(source, await openScope(), {
      onOver: (...args) => void over.push(args),
    })

    await expect(body.getReader().read()).rejects.toBe(failure)
    expect(over).toEqual([['error', failure]])
  })

  it('is told of its end before the reader is', async () => {
    const order: string[] = []
    const { stream } = createSource([])
    const body = scopedBody(stream, await openScope(), { onOver: () => void order.push('over') })

    await body.getReader().read()
    order.push('read')

    expect(order).toEqual(['over', 'read'])
  })
})
