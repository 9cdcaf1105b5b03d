import { type FileSystem, hasCode } from '../disk/file-system.ts'

/** Files that are open for appending. */
export interface Descriptors {
  /** Makes a new file, for its owner only. Fails with `EEXIST` when there is one. */
  create(path: string): void
  /** A descriptor to write to. Opens the file again when it was closed; fails when it was removed. */
  get(path: string): number
  close(path: string): void
  /** Whether a file that is open is still in its folder. */
  isThere(path: string): boolean
  /** Resolves when what was written is on the disk. */
  sync(): Promise<void>
}

const OWNER_ONLY = 0o600
const MAX_UNSYNCED = 1000

/**
 * Keeps at most `maxOpen` files open, and closes the one not used for longest beyond that: a server
 * with thousands of sessions at a time must not run out of descriptors because of us. When the process
 * does, half of ours are given back for good.
 */
export function createDescriptors(fs: FileSystem, maxOpen = 256): Descriptors {
  const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL } = fs.constants
  // Windows has no such flag, nor symbolic links that an ordinary user could make.
  const { O_NOFOLLOW = 0 } = fs.constants as Partial<typeof fs.constants>
  const flags = O_WRONLY | O_APPEND | O_NOFOLLOW
  const open = new Map<string, number>()
  const unsynced = new Set<string>()
  let limit = maxOpen

  function keep(path: string, descriptor: number): number {
    open.delete(path)
    open.set(path, descriptor)
    if (open.size > limit) close(oldestOf(open))
    return descriptor
  }

  function openFile(path: string, how: number, mode?: number): number {
    try {
      return fs.openSync(path, how, mode)
    } catch (error) {
      const isExhausted = hasCode(error, 'EMFILE') || hasCode(error, 'ENFILE')
      if (!isExhausted || open.size === 0) throw error
      limit = Math.max(1, open.size >> 1)
      while (open.size >= limit && open.size > 0) close(oldestOf(open))
      return fs.openSync(path, how, mode)
    }
  }

  function close(path: string): void {
    const descriptor = open.get(path)
    if (descriptor === undefined) return
    open.delete(path)
    fs.closeSync(descriptor)
  }

  // Bounded, because a server may never flush: the system has long written what is oldest.
  function noteWrite(path: string): void {
    unsynced.add(path)
    if (unsynced.size > MAX_UNSYNCED) unsynced.delete(oldestOf(unsynced))
  }

  return {
    create(path) {
      const descriptor = openFile(path, flags | O_CREAT | O_EXCL, OWNER_ONLY)
      // Of a file with the same name that somebody has removed meanwhile.
      close(path)
      keep(path, descriptor)
    },
    get(path) {
      noteWrite(path)
      return keep(path, open.get(path) ?? openFile(path, flags))
    },
    close,
    isThere(path) {
      const descriptor = open.get(path)
      return descriptor === undefined || fs.fstatSync(descriptor).nlink > 0
    },
    async sync() {
      const paths = [...unsynced]
      unsynced.clear()
      await Promise.all(paths.map((path) => syncFile(fs, path)))
    },
  }
}

// Maps and sets keep the order in which they were filled.
function oldestOf(paths: Pick<ReadonlyMap<string, unknown>, 'keys'>): string {
  const [oldest = ''] = paths.keys()
  return oldest
}

async function syncFile(fs: FileSystem, path: string): Promise<void> {
  try {
    const file = await fs.promises.open(path, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}
