import { createRequire } from 'node:module'
import * as managers from '@langchain/core/callbacks/manager'
import * as context from '@langchain/core/context'
import * as documents from '@langchain/core/documents'
import * as chatModels from '@langchain/core/language_models/chat_models'
import * as llms from '@langchain/core/language_models/llms'
import * as messages from '@langchain/core/messages'
import * as outputs from '@langchain/core/outputs'
import * as retrievers from '@langchain/core/retrievers'
import * as tools from '@langchain/core/tools'

/** The modules of one copy of `@langchain/core` that are instrumented or that classes are taken from. */
export interface LangChainModules {
  /** `@langchain/core/language_models/chat_models` */
  readonly chatModels: object
  /** `@langchain/core/language_models/llms` */
  readonly llms: object
  /** `@langchain/core/tools` */
  readonly tools: object
  /** `@langchain/core/retrievers` */
  readonly retrievers: object
  /** `@langchain/core/messages` */
  readonly messages: object
  /** `@langchain/core/outputs` */
  readonly outputs: object
  /** `@langchain/core/documents` */
  readonly documents: object
  /** `@langchain/core/context` */
  readonly context: object
  /** `@langchain/core/callbacks/manager` */
  readonly managers: object
}

type RequireCache = NodeJS.Dict<NodeJS.Module>
type FileOf = Readonly<Record<keyof LangChainModules, string>>

/** The copy that this package itself imports: that of an app which uses `import`. */
export const OWN_MODULES: LangChainModules = {
  chatModels,
  llms,
  tools,
  retrievers,
  messages,
  outputs,
  documents,
  context,
  managers,
}

const FILES: FileOf = {
  chatModels: 'language_models/chat_models',
  llms: 'language_models/llms',
  tools: 'tools/index',
  retrievers: 'retrievers/index',
  messages: 'messages/index',
  outputs: 'outputs',
  documents: 'documents/index',
  context: 'context',
  managers: 'callbacks/manager',
}

const CHAT_MODELS_FILE =
  /^(.*[\\/]@langchain[\\/]core[\\/]dist[\\/])language_models[\\/]chat_models\.cjs$/

/** The copies that were loaded with `require` so far. Modules that nobody has loaded yet are left alone. */
export function requiredModules(): readonly Partial<LangChainModules>[] {
  // The cache is one per process, wherever it is looked at from; some runtimes have none.
  const { cache = {} } = createRequire('/') as { cache?: RequireCache }
  return Object.keys(cache).flatMap((file) => {
    const folder = CHAT_MODELS_FILE.exec(file)?.[1]
    return folder === undefined ? [] : [modulesIn(cache, folder)]
  })
}

function modulesIn(cache: RequireCache, folder: string): Partial<LangChainModules> {
  const found = Object.entries(FILES).flatMap(([name, file]) => {
    const loaded = cache[`${folder}${file}.cjs`]?.exports as unknown
    return typeof loaded === 'object' && loaded !== null ? [[name, loaded]] : []
  })
  return Object.fromEntries(found) as Partial<LangChainModules>
}
