import { tracingChannel } from 'node:diagnostics_channel'
import { scopeOfApp } from './app-scope.ts'
import type { TelemetryEvent } from './telemetry-event.ts'
import { findTold, watchCalls } from './told-operation.ts'
import { recordInPlace } from './wrap-tool.ts'

interface Message {
  readonly type: string
  readonly event: TelemetryEvent
}

let isWatching = false

/**
 * Watches the calls of models that the SDK tells to other telemetry than ours, since telemetry that is given with
 * a call takes the place of what is registered. Their tools are recorded; a model that is not, is told of.
 */
export function watchUntoldCalls(): void {
  if (isWatching) return
  isWatching = true
  const checks = new WeakMap<object, () => void>()
  const check = (message: unknown) => checks.get(message as object)?.()
  tracingChannel('ai:telemetry').subscribe({
    start(message) {
      const scope = scopeOfApp()
      const { type, event } = message as Message
      if (scope === undefined || findTold(scope, event)) return
      if (event.tools && type !== 'languageModelCall') recordInPlace(event.tools)
      if (type === 'languageModelCall') checks.set(message, watchCalls(scope, event))
    },
    end() {},
    asyncStart() {},
    asyncEnd: check,
    error() {},
  })
}
