import { addFenceRule, matchRequests } from '@retake/core/adapter'
import { isRetakeFetch, retakeFetch, type RetakeFetchOptions } from './retake-fetch.ts'

/**
 * Puts a `fetch` that records in the place of the global one. Doing so twice makes no difference.
 *
 * Clients that have taken the global one before, as those of OpenAI and Anthropic do when they are made, keep what
 * they have: make them later, or hand them to `retakeClient`.
 *
 * What `ignore` names passes the fence of replays too, whichever way it is sent.
 *
 * @returns a function that takes it back, unless somebody has put another one in its place meanwhile.
 */
export function patchFetch(options: RetakeFetchOptions = {}): () => void {
  const original = globalThis.fetch
  if (isRetakeFetch(original)) return () => {}
  const patched = retakeFetch(original, options)
  globalThis.fetch = patched
  const { ignore = [] } = options
  const isIgnored = matchRequests(ignore, 'ignore')
  // Exporters may send what they have by other ways too, such as `node:http`.
  const letPass = addFenceRule(({ method, origin, path }) =>
    isIgnored({ method, url: new URL(path, origin) }) ? 'pass' : undefined,
  )
  return () => {
    letPass()
    if (globalThis.fetch === patched) globalThis.fetch = original
  }
}
