import { describe, expect, it } from 'vitest'
import { delay } from '../runtime/clock.ts'
import { createDirectStream, type PartSource } from './direct-stream.ts'

type Make = (source: PartSource<unknown>, bytesAhead?: number) => ReadableStream<unknown>

// The way of the platform, which everything is compared with.
const platform: Make = (source, bytesAhead) => {
  const underlying = {
    async pull(controller: ReadableStreamDefaultController<unknown>) {
      const { done, value } = await source.next()
      if (!done) controller.enqueue(value)
      else {
        controller.close()
        const { byobRequest } = controller as unknown as ReadableByteStreamController
        byobRequest?.respond(0)
      }
    },
    cancel: (reason: unknown) => source.cancel(reason),
  }
  const type = bytesAhead === undefined ? {} : { type: 'bytes' }
  return new ReadableStream({ ...underlying, ...type } as UnderlyingDefaultSource, {
    highWaterMark: bytesAhead ?? 0,
  })
}

interface Given {
  readonly source: PartSource<unknown>
  readonly log: unknown[]
  /** Lets a source go on that waits. */
  readonly give: () => void
}

/** Gives the parts one by one, and fails after them where it is told to; `waits` at each until it may go on. */
function sourceOf(
  parts: readonly unknown[],
  { error, waits = false }: { readonly error?: Error; readonly waits?: boolean } = {},
): Given {
  const log: unknown[] = []
  const waiting: (() => void)[] = []
  let index = 0
  const source: PartSource<unknown> = {
    async next() {
      log.push('asked')
      if (waits) await new Promise<void>((resolve) => void waiting.push(resolve))
      if (index < parts.length) return { done: false, value: parts[index++] }
      if (error) throw error
      return { done: true, value: undefined }
    },
    cancel: (reason) => void log.push(['cancelled', reason]),
  }
  return { source, log, give: () => waiting.shift()?.() }
}

const settled = (promises: readonly Promise<unknown>[]) =>
  Promise.allSettled(promises).then((results) =>
    results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
  )

async function readAll(stream: ReadableStream<unknown>): Promise<unknown[]> {
  const read: unknown[] = []
  for await (const part of stream) read.push(part)
  return read
}

const ABC = ['a', 'b', 'c']
const broken = new Error('broken')
const settle = () => delay(1)

const SCENARIOS: Readonly<Record<string, (make: Make) => Promise<unknown>>> = {
  async 'reads to the end'(make) {
    const { source, log } = sourceOf(ABC)
    const stream = make(source)
    return [await readAll(stream), stream.locked, log]
  },
  async 'reads of a reader, one by one, past the end'(make) {
    const reader = make(sourceOf(['a']).source).getReader()
    const read = [await reader.read(), await reader.read(), await reader.read()]
    return [read, await reader.closed]
  },
  async 'reads that overlap'(make) {
    const { source, log } = sourceOf(ABC)
    const reader = make(source).getReader()
    return [await settled(Array.from({ length: 5 }, () => reader.read())), log]
  },
  async 'reads that overlap, then one by one'(make) {
    const reader = make(sourceOf(['a', 'b', 'c', 'd']).source).getReader()
    const first = await settled([reader.read(), reader.read()])
    return [first, await reader.read(), await reader.read(), await reader.read()]
  },
  async 'a read within the callback of one that overlaps another'(make) {
    const reader = make(sourceOf(['a', 'b', 'c', 'd']).source).getReader()
    const seen: unknown[] = []
    const more = reader.read().then(async ({ value }) => {
      seen.push(value)
      seen.push((await reader.read()).value)
    })
    await Promise.all([more, reader.read().then(({ value }) => seen.push(value))])
    return seen
  },
  async 'a source that fails'(make) {
    const reader = make(sourceOf(['a'], { error: broken }).source).getReader()
    const reads = [await reader.read(), await settled([reader.read(), reader.read()])]
    return [reads, await settled([reader.closed])]
  },
  async 'an iteration of a source that fails'(make) {
    const stream = make(sourceOf(['a'], { error: broken }).source)
    return [await settled([readAll(stream)]), stream.locked]
  },
  async 'a break'(make) {
    const { source, log } = sourceOf(ABC)
    const stream = make(source)
    for await (const part of stream) if (part === 'a') break
    return [stream.locked, log, await stream.getReader().read()]
  },
  async 'a break that leaves the rest to others'(make) {
    const { source, log } = sourceOf(ABC)
    const stream = make(source)
    for await (const part of stream.values({ preventCancel: true })) if (part === 'a') break
    return [stream.locked, await readAll(stream), log]
  },
  async 'an iterator, asked for several at a time and given up'(make) {
    const iterator = make(sourceOf(ABC).source)[Symbol.asyncIterator]()
    const giveUp = (iterator.return as unknown as (value: string) => Promise<unknown>).bind(
      iterator,
    )
    return settled([iterator.next(), iterator.next(), giveUp('enough'), iterator.next()])
  },
  async 'a reader that cancels'(make) {
    const { source, log } = sourceOf(ABC)
    const reader = make(source).getReader()
    await reader.read()
    await reader.cancel('enough')
    return [await reader.read(), await reader.closed, log]
  },
  async 'a reader that cancels while it waits'(make) {
    const { source, log, give } = sourceOf(ABC, { waits: true })
    const reader = make(source).getReader()
    // The platform asks for nothing before that.
    await settle()
    const waiting = reader.read()
    await reader.cancel('enough')
    give()
    await settle()
    return [await settled([waiting]), await reader.read(), log]
  },
  async 'a reader that is released while it waits'(make) {
    const { source, log, give } = sourceOf(ABC, { waits: true })
    const stream = make(source)
    const reader = stream.getReader()
    const waiting = reader.read()
    const gone = waiting.catch((error: unknown) => (error as Error).name)
    reader.releaseLock()
    const next = stream.getReader().read()
    for (let part = 0; part < 3; part++) {
      give()
      await settle()
    }
    return [await gone, await next, log]
  },
  async 'a part that came when its reader was gone'(make) {
    const { source, give } = sourceOf(ABC, { waits: true })
    const stream = make(source)
    const reader = stream.getReader()
    await settle()
    const gone = reader.read().catch(() => 'gone')
    reader.releaseLock()
    give()
    await settle()
    const rest = readAll(stream)
    for (let part = 0; part < 4; part++) {
      await settle()
      give()
    }
    return [await gone, await rest]
  },
  async 'a reader that is used after it was released'(make) {
    const reader = make(sourceOf(ABC).source).getReader()
    reader.releaseLock()
    return settled([reader.read(), reader.closed, reader.cancel()]).then((results) =>
      results.map((text) => String(text).split(':')[0]),
    )
  },
  async 'two readers, one after the other'(make) {
    const stream = make(sourceOf(ABC).source)
    const first = stream.getReader()
    const read = await first.read()
    first.releaseLock()
    return [read, await readAll(stream)]
  },
  async 'a second reader at the same time'(make) {
    const stream = make(sourceOf(ABC).source)
    stream.getReader()
    expect(() => stream.getReader()).toThrow(TypeError)
    expect(() => stream.values()).toThrow(TypeError)
    return settled([stream.cancel()]).then(([text]) => String(text).split(':')[0])
  },
  async 'a tee'(make) {
    const { source, log } = sourceOf(ABC)
    const [one, other] = make(source).tee()
    return [await Promise.all([readAll(one), readAll(other)]), log.length]
  },
  async 'a pipe after a read'(make) {
    const stream = make(sourceOf(ABC).source)
    const reader = stream.getReader()
    const { value } = await reader.read()
    reader.releaseLock()
    const doubled = new TransformStream({
      transform: (part, controller) => controller.enqueue(`${part}${part}`),
    })
    return [value, await readAll(stream.pipeThrough(doubled))]
  },
  async 'a cancelled stream'(make) {
    const { source, log } = sourceOf(ABC)
    const stream = make(source)
    await stream.cancel('never read')
    return [await stream.getReader().read(), log]
  },
  async 'bytes read as they come, into buffers, and as a body'(make) {
    const bytes = () => sourceOf([new Uint8Array([1, 2]), new Uint8Array([3, 4, 5])]).source
    const stream = make(bytes(), 0)
    const byob = stream.getReader({ mode: 'byob' })
    const first = await byob.read(new Uint8Array(3))
    byob.releaseLock()
    const rest = await readAll(stream)
    const end = make(sourceOf([]).source, 0).getReader({ mode: 'byob' })
    return [
      [...(first.value ?? [])],
      rest.map((chunk) => [...(chunk as Uint8Array)]),
      await end.read(new Uint8Array(1)),
      await new Response(make(bytes(), 0) as ReadableStream<Uint8Array<ArrayBuffer>>).bytes(),
      await new Response(make(bytes(), 100) as ReadableStream<Uint8Array<ArrayBuffer>>).bytes(),
    ]
  },
  async 'bytes that are read ahead'(make) {
    const { source, log } = sourceOf([new Uint8Array(2), new Uint8Array(2), new Uint8Array(2)])
    const stream = make(source, 4)
    await settle()
    const ahead = log.length
    return [ahead, (await readAll(stream)).length, log.length]
  },
}

describe('a stream that is read directly does what one of the platform does', () => {
  it.each(Object.keys(SCENARIOS))('%s', async (name) => {
    expect(await SCENARIOS[name]?.(createDirectStream)).toEqual(await SCENARIOS[name]?.(platform))
  })
})

describe('createDirectStream', () => {
  it('is a stream, and so are its readers and iterators', () => {
    const stream = createDirectStream(sourceOf([]).source)
    const reader = stream.getReader()
    reader.releaseLock()

    expect(stream).toBeInstanceOf(ReadableStream)
    expect(reader).toBeInstanceOf(ReadableStreamDefaultReader)
    const { proto } = { proto: (iterator: object) => Object.getPrototypeOf(iterator) as object }
    const ofPlatform = proto(proto(new ReadableStream().values()))
    expect(proto(stream.values())).toBe(ofPlatform)
  })

  it('shows what came before its reader has it, and hands on what it may', async () => {
    const seen: unknown[] = []
    const { source } = sourceOf(['a', 'skip', 'b'])
    const receive = ({ value }: IteratorResult<unknown>) => {
      seen.push(value)
      return value !== 'skip'
    }

    expect(await readAll(createDirectStream({ ...source, receive }))).toEqual(['a', 'b'])
    expect(seen).toEqual(['a', 'skip', 'b', undefined])
  })
})
