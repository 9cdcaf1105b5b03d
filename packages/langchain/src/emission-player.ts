import { consumeCallback } from '@langchain/core/callbacks/promises'
import { AsyncLocalStorageProviderSingleton as context } from '@langchain/core/singletons'
import { macrotask, newId } from '@retake/core/adapter'
import { currentClock } from './emission-clock.ts'
import {
  CALLBACKS,
  DIRECT,
  type Emissions,
  type Handler,
  type Told,
  type ToolContext,
  type ToolRun,
} from './emission-notes.ts'
import { mapTexts } from './map-texts.ts'
import { createRenaming, idPairs, idsOf, messagesAround } from './tool-place.ts'
import type { Resolve } from './unpack.ts'

/** Tells again what a served tool has told. */
export interface EmissionPlayer {
  play(emissions: Emissions, unpack: (packed: unknown, resolve: Resolve) => unknown): Promise<void>
}

// A tool's message comes before what another tool tells later: handing it out takes some turns.
const TURNS_TO_HAND_OUT = 4

/**
 * Tells the handlers, writers and streams of now what was told when the tool ran, in the same order, also among tools that
 * are served at the same time. Ids of runs are new ones, and those of the place are the ones of now.
 */
export function createEmissionPlayer(
  run: ToolRun | undefined,
  config: ToolContext | undefined,
): EmissionPlayer {
  const clock = currentClock()
  const player = {}
  const renaming = createRenaming()
  const handlers = (run?.inheritableHandlers ?? []).filter(({ name }) => name !== 'retake')
  const doors = createDoors(handlers, config, renaming.rename)
  const told: { readonly door: string; readonly args: readonly unknown[] }[] = []
  const messages = createMessages(config)

  return {
    async play({ context: place, runs, from, notes, end, later }, unpack) {
      for (const id of runs) renaming.set(id, newId())
      for (const [then, now] of idPairs(place, idsOf(run, config))) renaming.set(then, now)
      const unpacked = (value: unknown) => unpack(mapTexts(value, renaming.rename), messages)
      clock.begin(player, notes[0]?.n ?? end)
      try {
        // Tools that start together have to be known to each other, and what others have queued comes first.
        await turn()
        await new Promise<void>((resolve) => {
          void consumeCallback(() => Promise.resolve(resolve()), false)
        })
        for (const [at, note] of notes.entries()) {
          await clock.turn(player, note.n)
          if ('of' in note) {
            const followed = told[note.of]
            if (followed) await doors.follow(followed.door, followed.args)
          } else {
            const args = note.args.map(unpacked)
            told[from + at] = { door: note.door, args }
            await doors.tell(note, args)
          }
        }
        await clock.turn(player, end)
        for (const message of later) unpacked(message)
      } finally {
        void afterTurns(TURNS_TO_HAND_OUT).then(() => clock.end(player))
      }
    },
  }
}

// The same message is one object, however often it was told.
function createMessages(config: ToolContext | undefined): Resolve {
  const around = messagesAround(config)
  const messages = new Map<number, object>()
  return ({ id, now }) => {
    if (typeof id === 'string') return around.get(id)
    const known = messages.get(id)
    if (now && known) Object.assign(known, now)
    else if (now) messages.set(id, now)
    return messages.get(id)
  }
}

interface Doors {
  tell(note: Told, args: readonly unknown[]): unknown
  /** Tells the handlers that are not awaited. */
  follow(callback: string, args: readonly unknown[]): Promise<unknown>
}

interface Pushed {
  push(chunk: unknown): void
}

function createDoors(
  handlers: readonly Handler[],
  config: ToolContext | undefined,
  rename: (text: string) => string,
): Doors {
  const taps = new Map<string, Tap>()
  const { __pregel_stream: stream, __pregel_send: send } = (config?.configurable ?? {}) as {
    readonly __pregel_stream?: Pushed
    readonly __pregel_send?: (writes: unknown) => void
  }

  function direct({ door, handler: name = '' }: Told, args: readonly unknown[]): unknown {
    const handler = handlers.find((one) => one.name === name)
    const key = `${name} ${String(args[0])}`
    switch (door) {
      case 'tap':
        return handler && void taps.set(key, openTap(handler, String(args[0])))
      case 'tapped':
        return taps.get(key)?.push(args[1])
      case 'tapEnd':
        return taps.get(key)?.end()
      default: {
        const method = handler?.[door]
        return typeof method === 'function' ? (method.apply(handler, args) as unknown) : undefined
      }
    }
  }

  return {
    tell(note, args) {
      const { door, ns } = note
      if (door === 'writer') return inNamespace(ns && rename(ns), () => config?.writer?.(args[0]))
      // What nobody has asked for is dropped where it is read.
      if (door === 'stream') return stream?.push(args[0])
      if (door === 'send') return send?.(args[0])
      if (note.handler !== undefined || DIRECT.includes(door)) return direct(note, args)
      if (note.input !== undefined) startTracers(handlers, args, note.input)
      return deliver(handlers, { callback: door, args, isAwaited: true })
    },
    follow: (callback, args) => deliver(handlers, { callback, args, isAwaited: false }),
  }
}

// As LangChain does: a tracer that knows the run already takes no notice of the JSON that it is told later.
function startTracers(
  handlers: readonly Handler[],
  args: readonly unknown[],
  input: unknown,
): void {
  const [tool, , ...rest] = args
  for (const handler of handlers) {
    const start = handler._createRunForToolStart
    const isTracer = typeof handler._addRunToRunMap === 'function' && typeof start === 'function'
    if (isTracer && !handler.ignoreAgent) start.call(handler, tool, input, ...rest)
  }
}

interface Delivery {
  readonly callback: string
  readonly args: readonly unknown[]
  readonly isAwaited: boolean
}

// A recording names the callbacks, and cannot name any other method.
function deliver(
  handlers: readonly Handler[],
  { callback, args, isAwaited }: Delivery,
): Promise<unknown> {
  const ignored = CALLBACKS[callback]
  if (ignored === undefined) return Promise.resolve()
  const told = handlers.map((handler) => {
    const method = handler[callback]
    if (typeof method !== 'function' || handler[ignored]) return Promise.resolve()
    if ((handler.awaitHandlers === true) !== isAwaited) return Promise.resolve()
    return consumeCallback(async () => {
      try {
        await method.apply(handler, args)
      } catch (error) {
        if (handler.raiseError) throw error
      }
    }, true)
  })
  return Promise.all(told)
}

// The namespace of what is written is read from LangChain's own context.
function inNamespace(ns: string | undefined, write: () => void): void {
  const around = context.getRunnableConfig() as ToolContext | undefined
  if (ns === undefined || around?.configurable?.checkpoint_ns === ns) return write()
  const configurable = { ...around?.configurable, checkpoint_ns: ns }
  context.runWithConfig({ ...around, configurable }, write)
}

interface Tap {
  push(value: unknown): Promise<void>
  end(): Promise<void>
}

// A handler taps an iterable: it is given one that is fed, and that is read as far as it was read.
function openTap(handler: Handler, runId: string): Tap {
  let give: (step: IteratorResult<unknown>) => void = () => {}
  const source = {
    next: () => new Promise<IteratorResult<unknown>>((resolve) => void (give = resolve)),
    [Symbol.asyncIterator]() {
      return source
    },
  }
  const tap = handler.tapOutputIterable as (runId: string, source: object) => AsyncIterator<unknown>
  const output = tap.call(handler, runId, source)
  const step = async (result: IteratorResult<unknown>) => {
    const read = output.next()
    await Promise.resolve()
    give(result)
    await read
  }
  return {
    push: (value) => step({ done: false, value }),
    end: () => step({ done: true, value: undefined }),
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    macrotask(resolve)
  })
}

async function afterTurns(count: number): Promise<void> {
  for (let at = 0; at < count; at++) await turn()
}
