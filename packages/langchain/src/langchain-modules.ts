import { createRequire } from 'node:module'
import * as managers from '@langchain/core/callbacks/manager'
import * as context from '@langchain/core/context'
import * as documents from '@langchain/core/documents'
import * as chatModels from '@langchain/core/language_models/chat_models'
import * as llms from '@langchain/core/language_models/llms'
import * as messages from '@langchain/core/messages'
import * as outputs from '@langchain/core/outputs'
import * as retrievers from '@langchain/core/retrievers'
import * as singletons from '@langchain/core/singletons'
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
  /** `@langchain/core/singletons` */
  readonly singletons?: object
}

type RequireCache = NodeJS.Dict<NodeJS.Module>
type FileOf = Readonly<Required<Record<keyof LangChainModules, string>>>

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
  singletons,
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
  singletons: 'singletons/index',
}

const CHAT_MODELS_FILE =
  /^(.*[\\/]@langchain[\\/]core[\\/]dist[\\/])language_models[\\/]chat_models\.cjs$/

/** The copies that were loaded with `require` so far. */
export function requiredModules(): readonly Partial<LangChainModules>[] {
  // The cache is one per process, wherever it is looked at from; some runtimes have none.
  const { cache = {} } = createRequire('/') as { cache?: RequireCache }
  return Object.keys(cache).flatMap((file) => {
    const folder = CHAT_MODELS_FILE.exec(file)?.[1]
    return folder === undefined ? [] : (modulesAt(folder, 'cjs') ?? [])
  })
}

/**
 * The modules of a copy that was loaded: the very ones that an app has, since each is loaded once. Those that nobody has
 * loaded yet are loaded, so that they are armed when somebody does.
 *
 * @param folder that of its files, with the separator at its end.
 * @param extension `js` for modules, `cjs` for those that were required.
 * @returns nothing where a runtime cannot give them at once.
 */
export function modulesAt(
  folder: string,
  extension: string,
): Partial<LangChainModules> | undefined {
  const load = createRequire(folder)
  const found = Object.entries(FILES).flatMap(([name, file]) => {
    try {
      return [[name, load(`${folder}${file}.${extension}`) as object]]
    } catch {
      return []
    }
  })
  const modules = Object.fromEntries(found) as Partial<LangChainModules>
  return modules.chatModels && modules
}
