import { currentScope, noteLostEmission, type Scope } from '@retake/core/adapter'

const KEY = Symbol.for('retake.ai-sdk.streams.v1')

/** One per process: an app may load two copies of this package, which must not watch each other. */
interface Watch {
  /** Above zero while a chunk is written that is recorded. */
  ordered: number
}

type Controller = ReadableStreamDefaultController<unknown>

/**
 * Watches to which streams recorded tools write. A stream is of the code that first writes to it: a tool that writes to
 * one of the app's own code, unless by a wrapped writer, is warned of and marked, since a replay cannot write it again.
 *
 * @see docs/decisions/0067-emissions-of-served-calls.md
 */
export function watchStreams(): void {
  const holder = globalThis as { [KEY]?: Watch }
  if (holder[KEY]) return
  const watch = (holder[KEY] = { ordered: 0 })
  // Streams that the app's own code has written to.
  const owned = new WeakMap<Controller, boolean>()
  const { prototype } = ReadableStreamDefaultController
  const enqueue = Reflect.get(prototype, 'enqueue') as (this: Controller, chunk?: unknown) => void

  prototype.enqueue = function (this: Controller, chunk?: unknown) {
    const scope = currentScope()
    if (scope !== undefined && !scope.session.isReplay) {
      const isOwn = owned.get(this)
      if (isOwn === undefined) owned.set(this, scope.beneath === undefined)
      else if (isOwn && watch.ordered === 0 && isBeneathTool(scope)) {
        noteLostEmission(
          scope,
          'writes to a stream of the app',
          'Wrap the SDK by wrapAISDK(), or the writer by wrapWriter().',
        )
      }
    }
    // Its receiver decides on what cannot be taken.
    return Reflect.apply(enqueue, this, arguments.length === 0 ? [] : [chunk])
  }
}

const tools = new WeakMap<Scope['session'], Set<string>>()

/** Runs a recorded tool whose writes are watched. What other adapters record is theirs to watch. */
export function watched<T>(run: () => T): T {
  const scope = currentScope()
  if (scope !== undefined && !scope.session.isReplay) {
    const paths = tools.get(scope.session) ?? new Set()
    tools.set(scope.session, paths.add(scope.frame.path))
  }
  return run()
}

function isBeneathTool({ session, frame, beneath }: Scope): boolean {
  if (beneath === undefined) return false
  for (const path of tools.get(session) ?? []) {
    if (frame.path === path || frame.path.startsWith(`${path} > `)) return true
  }
  return false
}

/** Writes a chunk whose place is recorded. */
export function writeOrdered(write: () => void): void {
  const watch = (globalThis as { [KEY]?: Watch })[KEY]
  if (watch === undefined) return write()
  watch.ordered++
  try {
    write()
  } finally {
    watch.ordered--
  }
}
