import { call, type CallOptions } from '@retake/core'
import { currentScope, openSpan, type Scope } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import { currentCoverage } from './coverage.ts'
import { defineHidden } from './hook.ts'
import { aboutModel, modelRequest, type Model } from './model-call.ts'
import { pack } from './pack.ts'
import { unpack } from './unpack.ts'

type Options = Readonly<Record<string, unknown>>

/** A cache of answers, as LangChain knows it. */
interface Cache {
  lookup(prompt: string, key: string): Promise<unknown>
  update(prompt: string, key: string, answer: unknown): Promise<void>
}

// What a replay has put into its caches: an answer that is looked up is the very object that was put in.
const replayed = new WeakMap<Scope['session'], Map<string, unknown>>()

/**
 * Records what a model finds in its cache, and serves it. A replay leaves the cache itself alone.
 *
 * LangChain's own key is no part of the request: it holds the API key, and what is new in each run.
 */
export function hookCache(model: object & Model, classes: Classes): void {
  const cache = model.cache as Cache

  async function lookup(prompt: string, key: string): Promise<unknown> {
    const scope = currentScope()
    if (scope === undefined || scope.beneath === 'leaf') return cache.lookup(prompt, key)
    const options = (currentCoverage()?.options ?? {}) as Options
    const { name } = aboutModel(model, options)
    const about: CallOptions = {
      kind: 'effect',
      name: `cache of ${name}`,
      request: modelRequest({ model, input: prompt, options }),
      codec: {
        pack: (found) => pack(found, classes),
        unpack: (packed) => putBy(scope).get(prompt + key) ?? unpack(packed, classes),
      },
    }
    const found = await call(about, async () => (await cache.lookup(prompt, key)) ?? null)
    if (found !== null) noteHit(scope, name)
    return found
  }

  async function update(prompt: string, key: string, answer: unknown): Promise<void> {
    const scope = currentScope()
    if (scope?.session.isReplay !== true) return cache.update(prompt, key, answer)
    putBy(scope).set(prompt + key, answer)
  }

  const recording = Object.create(cache) as Cache
  defineHidden(recording, 'lookup', lookup)
  defineHidden(recording, 'update', update)
  defineHidden(model, 'cache', recording)
}

// An answer from the cache is one of the model, and costs nothing.
function noteHit(scope: Scope, name: string): void {
  openSpan(scope, { kind: 'llm', name, attributes: { cached: true } }).end('ok')
}

function putBy({ session }: Scope): Map<string, unknown> {
  const known = replayed.get(session)
  if (known) return known
  const own = new Map<string, unknown>()
  replayed.set(session, own)
  return own
}
