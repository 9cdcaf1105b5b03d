import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { sourceOf, type ModuleFormat } from './virtual-module.ts'
import { wrapAISDK } from './wrap-ai-sdk.ts'

const SCHEME = 'retake-ai-sdk:'

// Where packages keep the SDK when they ask for it by another name, such as that of an npm alias.
const SDK_FILE = /\/node_modules\/ai\/dist\/index\.m?js$/

const requireOriginal = nodeModule.createRequire(import.meta.url)

/**
 * Gives the wrapped SDK to every module of this process that imports or requires `ai`.
 *
 * Each copy of the SDK that the process loads is wrapped by itself, with the same names as the original.
 *
 * @throws {TypeError} where Node has no synchronous module hooks.
 */
export function hookModules(): void {
  // Not imported by name, so that an older Node gets to say what is missing.
  const { registerHooks } = nodeModule as Partial<typeof nodeModule>
  if (registerHooks === undefined) {
    throw new TypeError(
      '@retake/ai-sdk/register needs Node 22.15, 23.5 or newer. Wrap the SDK yourself instead: wrapAISDK(ai).',
    )
  }
  registerHooks({ resolve, load })
}

const resolve: nodeModule.ResolveHookSync = (specifier, context, nextResolve) => {
  const resolved = nextResolve(specifier, context)
  const isOurs = context.parentURL === import.meta.url
  if (isOurs || !(specifier === 'ai' || SDK_FILE.test(resolved.url))) return resolved
  const format: ModuleFormat = context.conditions.includes('require') ? 'commonjs' : 'module'
  return { ...resolved, url: SCHEME + resolved.url, format, shortCircuit: true }
}

const load: nodeModule.LoadHookSync = (url, context, nextLoad) => {
  if (!url.startsWith(SCHEME)) return nextLoad(url, context)
  const format: ModuleFormat = context.format === 'commonjs' ? 'commonjs' : 'module'
  // Also modules can be required since Node 22.12, and are the same that an import gives.
  const original = requireOriginal(fileURLToPath(url.slice(SCHEME.length))) as object
  return { format, source: sourceOf(wrapAISDK(original), format), shortCircuit: true }
}
