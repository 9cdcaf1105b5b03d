import { isRetakeError } from '@retake/core'
import { currentScope } from '@retake/core/adapter'
import { fileURLToPath } from 'node:url'
import { sessionHandler } from './attach.ts'
import { currentCoverage } from './coverage.ts'
import { modulesAt, type LangChainModules } from './langchain-modules.ts'
import { refuseUncovered } from './refusal.ts'
import { watchStorage } from './shared-storage.ts'

type Arm = (modules: Partial<LangChainModules>) => void

/** A function that is running, and the file it is in. */
interface Frame {
  readonly name: string
  readonly file: string
}

// What asks for the context, in the folder of its copy.
const CORE_FILE =
  /^(.*[\\/]dist[\\/])(?:singletons[\\/]async_local_storage[\\/](?:index|context)|callbacks[\\/]manager)\.(c?js)$/

const CHILD_CONFIG = Symbol.for('lc:child_config')
const FRAMES = 16

const known = new Set<string>()
let isProbing = false

/**
 * Finds each copy of `@langchain/core` at its first call, by the file that asks for the context, and has `arm` arm it.
 *
 * A copy that cannot be armed, such as one in a bundle, is refused by a replay before it calls anything.
 */
export function watchForCopies(arm: Arm): void {
  watchStorage((store, callee) => {
    if (currentScope() === undefined && !isProbing) return store
    try {
      return look(store, framesAbove(callee), arm)
    } catch (error) {
      // All but what a replay refuses is a failure of ours, which no app is to feel.
      if (isRetakeError(error)) throw error
      return store
    }
  })
}

/** Has the copy show itself that an object comes from. */
export function revealCopyOf(instance: object): void {
  const { _separateRunnableConfigFromCallOptions: ask } = instance as Partial<
    Record<'_separateRunnableConfigFromCallOptions', unknown>
  >
  if (typeof ask !== 'function') return
  isProbing = true
  try {
    Reflect.apply(ask, instance, [{}])
  } catch {
    // What cannot be asked shows itself at its first call.
  } finally {
    isProbing = false
  }
}

function look(store: unknown, frames: readonly Frame[], arm: Arm): unknown {
  const copy = copyIn(frames)
  const isKnown = copy !== undefined && known.has(copy.folder + copy.extension)
  if (isKnown || isProbingInVain(copy)) return store
  const isArmed = copy !== undefined && armAt(copy, arm)
  if (isProbing) return store
  // The method that runs is the one without hooks, and the next that it calls is the provider's.
  if (isArmed) return isStreamOfEvents(frames) ? refuse(store) : store
  if (!asksForConfig(frames) || currentCoverage() !== undefined) return store
  return isModel(frames) ? refuse(store) : withHandler(store)
}

function isProbingInVain(copy: Copy | undefined): boolean {
  return isProbing && copy === undefined
}

interface Copy {
  readonly folder: string
  readonly extension: string
}

function copyIn(frames: readonly Frame[]): Copy | undefined {
  for (const { file } of frames) {
    const [, folder, extension] = CORE_FILE.exec(file) ?? []
    if (folder !== undefined && extension !== undefined) return { folder, extension }
  }
  return undefined
}

function armAt({ folder, extension }: Copy, arm: Arm): boolean {
  const modules = modulesAt(folder, extension)
  if (modules === undefined) return false
  known.add(folder + extension)
  arm(modules)
  return true
}

function refuse(store: unknown): unknown {
  refuseUncovered('model', 'A model', 'its copy of @langchain/core is not known yet')
  return store
}

// Whoever starts a run with this configuration has the handler, which refuses what it has not been told of.
function withHandler(store: unknown): unknown {
  const handler = sessionHandler()
  const { extra } = (store ?? {}) as { readonly extra?: { readonly [CHILD_CONFIG]?: unknown } }
  if (handler === undefined || extra?.[CHILD_CONFIG] !== undefined) return store
  const config = { callbacks: [handler] }
  return Object.assign(Object.create(store ?? Object.prototype) as object, {
    extra: { ...extra, [CHILD_CONFIG]: config },
  })
}

// Names of methods stay as they are in bundles too.
function asksForConfig([asking]: readonly Frame[]): boolean {
  return asking?.name === 'getRunnableConfig'
}

function isModel(frames: readonly Frame[]): boolean {
  return frames.some(({ name }) => name === SEPARATE)
}

function isStreamOfEvents(frames: readonly Frame[]): boolean {
  return frames[frames.findIndex(({ name }) => name === SEPARATE) + 1]?.name === 'streamEvents'
}

// Models call it at their start, and nothing else does.
const SEPARATE = '_separateRunnableConfigFromCallOptionsCompat'

// As V8 has them: what apps and tools make of the text of a stack differs.
function framesAbove(callee: object): readonly Frame[] {
  const before: object = Object.assign({ prepareStackTrace: undefined }, Error)
  try {
    Object.assign(Error, { stackTraceLimit: FRAMES, prepareStackTrace: sitesOf })
    const trace: { readonly stack?: NodeJS.CallSite[] } = {}
    Error.captureStackTrace(trace, callee as () => unknown)
    return (trace.stack ?? []).map(toFrame)
  } finally {
    Object.assign(Error, before)
  }
}

function sitesOf(_error: Error, sites: NodeJS.CallSite[]): NodeJS.CallSite[] {
  return sites
}

function toFrame(site: NodeJS.CallSite): Frame {
  const file = site.getFileName() ?? ''
  return {
    name: site.getFunctionName() ?? '',
    file: file.startsWith('file:') ? fileURLToPath(file) : file,
  }
}
