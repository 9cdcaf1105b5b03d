import { ReplayEscapeError } from '@retake/core'
import { failSession, type Scope } from '@retake/core/adapter'
import { AsyncLocalStorage } from 'node:async_hooks'

interface Steps {
  next(...args: unknown[]): Promise<unknown>
}

/** What a callback is told of a chain that starts. */
interface ChainStart {
  readonly chain: { readonly id?: readonly string[] } | undefined
  readonly metadata: unknown
}

const armed = new AsyncLocalStorage<true>()

/**
 * Marks the start of a graph whose checkpointer is armed.
 *
 * @param given what a method of the graph gives: its steps, of which the first one starts the run; or anything else.
 */
export function inArmedGraph(given: unknown): unknown {
  if (!isSteps(given)) return given
  const next = given.next.bind(given)
  let isFirst = true
  given.next = (...args) => {
    if (!isFirst) return next(...args)
    isFirst = false
    return armed.run(true, () => next(...args))
  }
  return given
}

/**
 * Deals with the start of a graph on a thread that was not armed, such as one of a copy of langgraph in a bundle: a replay refuses
 * it before it comes to its checkpointer; a recording warns once and goes on.
 *
 * @param onUnseen called when there is one, to look for its copy.
 * @throws {ReplayEscapeError} in a replay, which has failed then.
 */
export function refuseUnseenThread(
  session: Scope['session'],
  { chain, metadata }: ChainStart,
  onUnseen: () => void,
): void {
  const { thread_id: thread } = (metadata ?? {}) as { readonly thread_id?: unknown }
  if (thread === undefined || chain?.id?.[0] !== 'langgraph' || armed.getStore()) return
  onUnseen()
  const text =
    'The state of a thread is not recorded: the copy of @langchain/langgraph that its graph comes from was not found when the session began. Load it earlier, and keep it out of bundles.'
  if (!session.isReplay) return session.warn('langgraph', text)
  throw failSession(session, new ReplayEscapeError(text))
}

function isSteps(given: unknown): given is Steps {
  return (
    typeof given === 'object' &&
    given !== null &&
    Symbol.asyncIterator in given &&
    'next' in given &&
    typeof given.next === 'function'
  )
}
