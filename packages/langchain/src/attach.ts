import { registerAttachment } from '@retake/core/adapter'
import { contextStorage } from './shared-storage.ts'

/** What `@langchain/core/context` gives. */
interface Context {
  registerConfigureHook(hook: { readonly contextVar: string; readonly inheritable: boolean }): void
  setContextVariable(name: string, value: unknown): void
}

type Holder = { [HANDLER]?: object }

const VARIABLE = 'retake'
const HANDLER = Symbol.for('retake.langchain.handler.v1')

const contexts = new Set<Context>()
const contextsOfSessions = new Set<Context>()

/**
 * Adds the context of a copy of `@langchain/core`, each of which looks for handlers in its own.
 *
 * @param findsHandler whether runs of this copy find the handler of a session without it.
 */
export function knowContext(module: object, findsHandler: boolean): void {
  if (!('registerConfigureHook' in module && 'setContextVariable' in module)) return
  contexts.add(module as Context)
  if (!findsHandler) contextsOfSessions.add(module as Context)
}

/** The handler of every session, once there is one. */
export function sessionHandler(): object | undefined {
  return (globalThis as Holder)[HANDLER]
}

/**
 * Puts a handler around the code of every session from now on. There is one per process: the last counts.
 *
 * @param onFirst called when the first session opens: by then an app has usually loaded what it uses.
 */
export function attachToSessions(handler: object, onFirst: () => void): void {
  const holder = globalThis as Holder
  if (holder[HANDLER] === undefined) {
    let isFirst = true
    registerAttachment((fn) => {
      if (isFirst) onFirst()
      isFirst = false
      return attachIn(contextsOfSessions, fn, holder[HANDLER])
    })
  }
  holder[HANDLER] = handler
}

/** Runs `fn` with a handler that every run of LangChain in it has, whatever callbacks it is given. */
export function attach<T>(fn: () => T, handler: unknown): T {
  return attachIn(contexts, fn, handler)
}

// LangChain sets variables for all that follows; `run` keeps them within `fn`.
function attachIn<T>(where: ReadonlySet<Context>, fn: () => T, handler: unknown): T {
  const storage = contextStorage()
  if (storage === undefined || handler === undefined || where.size === 0) return fn()
  return storage.run(storage.getStore(), () => {
    for (const context of where) {
      context.registerConfigureHook({ contextVar: VARIABLE, inheritable: true })
      context.setContextVariable(VARIABLE, handler)
    }
    return fn()
  })
}
