import type fileSystem from 'node:fs'
import type pathModule from 'node:path'
import { RetakeError } from '@retake/format'

export type FileSystem = typeof fileSystem

/** What the file stores need of the runtime. */
export interface Disk {
  readonly fs: FileSystem
  readonly path: typeof pathModule
}

/**
 * The file system of this runtime.
 *
 * Asked for when it is needed, and not imported, so that the modules of the file stores load on
 * runtimes without one.
 *
 * @param user What needs it, for the message.
 * @throws {RetakeError} `OPTION_INVALID` when there is none.
 */
export function requireDisk(user: string): Disk {
  const builtin = (globalThis as { process?: Partial<NodeJS.Process> }).process?.getBuiltinModule
  const fs = builtin?.('node:fs')
  const path = builtin?.('node:path')
  if (fs && path) return { fs, path }
  throw new RetakeError(
    'OPTION_INVALID',
    `${user} needs node:fs, which this runtime does not have. Use another store, such as createMemoryStore().`,
  )
}

/** Whether a system call failed with this code, such as `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}

// Taken when the module loads: fake timers that a test installs later must not hold a list still.
const { setImmediate } = globalThis

/** Resolves in the next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
