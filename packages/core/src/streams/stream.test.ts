import { describe, expect, it, vi } from 'vitest'
import { tapIterable, tapStream, type TapListener } from './stream.ts'
import { readAll, streamOf } from '../../test/streams.ts'
import { awaitAbort, untilAborted } from './abort.ts'
import { playStream, type Tape } from './play-stream.ts'

function listen() {
  const log: unknown[] = []
  const listener: TapListener = {
    ask() {},
    part: (value) => void log.push(value),
    end: (how, error) => void log.push(error === undefined ? how : [how, error]),
  }
  return { log, listener }
}

describe('tapStream', () => {
  it('passes every part on and tells the listener', async () => {
    const { log, listener } = listen()

    const parts = await readAll(tapStream(streamOf([1, 2]), listener))

    expect(parts).toEqual([1, 2])
    expect(log).toEqual([1, 2, 'complete'])
  })

  it('passes an error on', async () => {
    const { log, listener } = listen()
    const broken = new Error('cut')
    const source = new ReadableStream(
      { pull: (controller) => controller.error(broken) },
      { highWaterMark: 0 },
    )

    await expect(readAll(tapStream(source, listener))).rejects.toBe(broken)
    expect(log).toEqual([['error', broken]])
  })

  it('reads nothing before its reader does', async () => {
    const { listener } = listen()
    const pull = vi.fn<() => void>()

    tapStream(new ReadableStream({ pull }, { highWaterMark: 0 }), listener)
    await Promise.resolve()

    expect(pull).not.toHaveBeenCalled()
  })

  it('hands the cancel of its reader to the source', async () => {
    const { log, listener } = listen()
    const cancel = vi.fn<(reason: unknown) => void>()
    const tapped = tapStream(new ReadableStream({ cancel }), listener)

    await tapped.cancel('enough')

    expect(cancel).toHaveBeenCalledExactlyOnceWith('enough')
    expect(log).toEqual(['cancelled'])
  })
})

describe('tapIterable', () => {
  async function* numbers() {
    yield 1
    yield 2
  }

  it('passes every value on and tells the listener', async () => {
    const { log, listener } = listen()

    expect(await readAll(tapIterable(numbers(), listener, undefined))).toEqual([1, 2])
    expect(log).toEqual([1, 2, 'complete'])
  })

  it('closes the source when its reader stops', async () => {
    const { log, listener } = listen()
    const closed = vi.fn<() => void>()
    async function* endless() {
      try {
        for (;;) yield 1
      } finally {
        closed()
      }
    }

    for await (const value of tapIterable(endless(), listener, undefined)) if (value) break

    expect(closed).toHaveBeenCalledOnce()
    expect(log).toEqual([1, 'cancelled'])
  })
})

describe('playStream', () => {
  function tapeOf(parts: readonly string[]): Tape<string> & { stop: ReturnType<typeof vi.fn> } {
    let index = 0
    return {
      next: async () => {
        const value = parts[index++]
        return value === undefined ? { done: true, value: undefined } : { done: false, value }
      },
      stop: vi.fn<() => void>(),
    }
  }

  it('plays the parts as fast as they are read', async () => {
    expect(await readAll(playStream(tapeOf(['a', 'b'])))).toEqual(['a', 'b'])
  })

  it('stops at an abort with its reason', async () => {
    const controller = new AbortController()
    const tape = tapeOf(['a', 'b'])
    const reader = playStream(tape, controller.signal).getReader()
    await reader.read()

    controller.abort('user left')

    await expect(reader.read()).rejects.toBe('user left')
    expect(tape.stop).toHaveBeenCalled()
  })

  it('tells the tape when its reader goes', async () => {
    const tape = tapeOf(['a', 'b'])

    await playStream(tape).cancel()

    expect(tape.stop).toHaveBeenCalledOnce()
  })
})

describe('untilAborted', () => {
  it('settles like its promise, and leaves no listener behind', async () => {
    const controller = new AbortController()
    const remove = vi.spyOn(controller.signal, 'removeEventListener')

    await expect(untilAborted(Promise.resolve(1), controller.signal)).resolves.toBe(1)
    await vi.waitFor(() => expect(remove).toHaveBeenCalledOnce(), { timeout: 60_000 })
  })

  it('rejects at once when the signal has aborted already', async () => {
    await expect(untilAborted(new Promise(() => {}), AbortSignal.abort('gone'))).rejects.toBe(
      'gone',
    )
  })
})

describe('awaitAbort', () => {
  it('does not wait without a signal', async () => {
    await expect(awaitAbort(undefined, 1e9)).resolves.toBeUndefined()
  })

  it('gives up when the caller does not abort', async () => {
    await expect(awaitAbort(new AbortController().signal, 1)).resolves.toBeUndefined()
  })

  it('throws the reason when the caller aborts', async () => {
    const controller = new AbortController()
    const waiting = awaitAbort(controller.signal, 1e6)

    controller.abort('mine')

    await expect(waiting).rejects.toBe('mine')
  })
})
