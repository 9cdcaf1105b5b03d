type Listener = (message: unknown) => void

interface Channels {
  subscribe(name: string, listener: Listener): void
  unsubscribe(name: string, listener: Listener): boolean
}

/**
 * Listens to diagnostics channels of the runtime; to none where it has no such channels.
 *
 * @param listeners by channel. What one of them throws is dropped: it would end the process.
 * @returns a function that ends it.
 */
export function listen(listeners: Readonly<Record<string, Listener>>): () => void {
  const channels = diagnosticsChannels()
  if (channels === undefined) return () => {}
  const guarded = Object.entries(listeners).map(
    ([name, listener]) => [name, guard(listener)] as const,
  )
  for (const [name, listener] of guarded) channels.subscribe(name, listener)
  return () => {
    for (const [name, listener] of guarded) channels.unsubscribe(name, listener)
  }
}

// Loaded when it is first needed, since not every runtime has it.
function diagnosticsChannels(): Channels | undefined {
  const { process: host } = globalThis as { process?: Partial<typeof process> }
  return host?.getBuiltinModule?.('node:diagnostics_channel')
}

function guard(listener: Listener): Listener {
  return (message) => {
    try {
      listener(message)
    } catch {}
  }
}
