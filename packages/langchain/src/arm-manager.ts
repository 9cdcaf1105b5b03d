import { currentScope } from '@retake/core/adapter'
import { sessionHandler } from './attach.ts'
import { findStream } from './configure-once.ts'
import { asKnown } from './shared-storage.ts'
import { patchMethod, type Method } from './hook.ts'

interface Handler {
  readonly name?: string
}

interface Manager {
  readonly handlers: readonly Handler[]
  copy(handlers: readonly Handler[], isInheritable: boolean): Manager
}

type Handlers = readonly Handler[] | Manager | null | undefined
type Configure = (inherited: Handlers, local: Handlers, ...rest: unknown[]) => unknown

/**
 * Has every run that starts in a session find the session's handler, whatever callbacks it was given.
 *
 * A variable in LangChain's own context would do so too. It starts that context, which every callback and
 * every chunk pays for from then on.
 *
 * @returns whether this copy of LangChain could be armed.
 */
export function armManager(managers: object | undefined): boolean {
  const { CallbackManager } = (managers ?? {}) as { CallbackManager?: { _configureSync?: unknown } }
  if (typeof CallbackManager?._configureSync !== 'function') return false
  patchMethod(CallbackManager, '_configureSync', (original) => configureWith(original as Configure))
  return true
}

function configureWith(original: Configure): Method {
  const configure: Configure = function (this: unknown, inherited, local, ...rest) {
    const configureAnew = () => withSession.call(this, inherited, local, ...rest)
    const stream = findStream(inherited, local, rest)
    return stream === undefined ? configureAnew() : (stream.manager ??= configureAnew())
  }
  const withSession: Configure = function (this: unknown, inherited, local, ...rest) {
    const handler = currentScope() && sessionHandler()
    const isThere =
      handler === undefined || hasHandler(inherited, handler) || hasHandler(local, handler)
    const handlers = isThere ? inherited : withHandler(inherited, handler)
    return asKnown(() => original.call(this, handlers, local, ...rest))
  }
  return configure
}

function hasHandler(handlers: Handlers, { name }: Handler): boolean {
  return (handlers === undefined || handlers === null ? [] : listOf(handlers)).some(
    (handler) => handler.name === name,
  )
}

function withHandler(handlers: Handlers, handler: Handler): Handlers {
  if (handlers === undefined || handlers === null) return [handler]
  return isList(handlers) ? [...handlers, handler] : handlers.copy([handler], true)
}

function listOf(handlers: readonly Handler[] | Manager): readonly Handler[] {
  return isList(handlers) ? handlers : handlers.handlers
}

function isList(handlers: readonly Handler[] | Manager): handlers is readonly Handler[] {
  return Array.isArray(handlers)
}
