import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { createRetake, currentSession } from '@retake/core'
import { createObservedStore } from '@retake/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { bindEmitter } from './index.ts'

const retake = createRetake({ store: createObservedStore(), log: false })

describe('bindEmitter', () => {
  it('runs the listeners of a socket that was upgraded in the session that bound it', async () => {
    const heard: string[] = []
    const server = createServer().on('upgrade', (_request, socket) => {
      void retake.session({ name: 'socket' }, async ({ id }) => {
        bindEmitter(socket).on('data', () => socket.end(`${currentSession()?.id === id}`))
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n',
        )
        await once(socket, 'close')
      })
    })
    const client = connect(await portOf(server.listen(0, '127.0.0.1')), '127.0.0.1')

    client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: test\r\n\r\n')
    await once(client, 'data')
    client.on('data', (text) => heard.push(String(text)))
    client.write('hello')
    await once(client, 'close')

    expect(heard).toEqual(['true'])
  })

  it('keeps the first session, and what listeners and callers get', async () => {
    const emitter = new EventEmitter()
    const seen: unknown[] = []
    emitter.on('event', (...values) => seen.push(currentSession()?.id, ...values))

    const ids = await Promise.all([1, 2].map(() => bindInSession(emitter)))
    const results = [emitter.emit('event', 1, 2, 3), emitter.emit('nothing')]

    expect(seen).toEqual([ids[0], 1, 2, 3])
    expect(results).toEqual([true, false])
  })

  it('leaves an emitter alone outside of a session', () => {
    const emitter = new EventEmitter()

    expect(bindEmitter(emitter)).toBe(emitter)
    expect(Object.hasOwn(emitter, 'emit')).toBe(false)
  })
})

async function bindInSession(emitter: EventEmitter): Promise<string> {
  return retake.session(({ id }) => {
    bindEmitter(emitter)
    return id
  })
}

async function portOf(server: ReturnType<typeof createServer>): Promise<number> {
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
