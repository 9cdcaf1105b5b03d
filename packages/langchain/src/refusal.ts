import { ReplayEscapeError } from '@retake/core'
import { currentScope, failSession, type Scope } from '@retake/core/adapter'
import type { Coverage } from './coverage.ts'

type Kind = Coverage['kind']

const WRAPPERS: Readonly<Record<Kind, string>> = {
  model: 'retakeModel(model)',
  tool: 'retakeTool(tool)',
  retriever: 'retakeRetriever(retriever)',
}

/**
 * Deals with a model, tool or retriever whose calls are not recorded: a replay refuses it, before it gets
 * to its provider; a recording warns once and goes on.
 *
 * @throws {ReplayEscapeError} in a replay, which has failed then.
 */
export function refuseUncovered(kind: Kind, className: string, why: string): void {
  const scope = currentScope()
  if (scope === undefined || scope.beneath === 'leaf' || scope.live) return
  const message = `${className} is not recorded: ${why}. Wrap it, ${WRAPPERS[kind]}, or give its copy of @langchain/core to instrumentLangChain(modules).`
  if (isCapture(scope)) return scope.session.warn(`langchain ${className}`, message)
  throw failSession(scope.session, new ReplayEscapeError(message, { kind, className }))
}

function isCapture({ session }: Scope): boolean {
  return !session.isReplay
}
