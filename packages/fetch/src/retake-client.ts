import { isRetakeFetch, retakeFetch, type RetakeFetchOptions } from './retake-fetch.ts'

/**
 * Has the client of an SDK record its requests that was made before the global `fetch` was patched. Those of OpenAI
 * and Anthropic keep a `fetch` of their own, and so do clients that are made of them by `withOptions()`.
 *
 * @returns the client itself.
 * @throws {TypeError} when it keeps none.
 */
export function retakeClient<T extends object>(client: T, options: RetakeFetchOptions = {}): T {
  const own: unknown = Reflect.get(client, 'fetch')
  if (typeof own !== 'function') {
    throw new TypeError(
      'This client keeps no fetch of its own. Make it with { fetch: retakeFetch() }.',
    )
  }
  const real = own as typeof fetch
  if (!isRetakeFetch(real)) Reflect.set(client, 'fetch', retakeFetch(real, options))
  return client
}
