import type { FileSystem } from '../../disk/file-system.ts'
import { decode } from '../../journal-files/session-files.ts'

const WINDOW_BYTES = 32 * 1024
const LF = 0x0a

/**
 * Reads the first and the last records of a file: enough for its header and its end.
 *
 * The gap between them reads as an empty line, so that a line which was cut off stays recognisable.
 *
 * @returns `undefined` when the file is short, or when one record is longer than what is looked at.
 */
export function readEnds(fs: FileSystem, path: string, size: number): string | undefined {
  if (size <= 2 * WINDOW_BYTES) return undefined
  const file = fs.openSync(path, 'r')
  try {
    const head = readWindow(fs, file, 0)
    const tail = readWindow(fs, file, size - WINDOW_BYTES)
    const headEnd = head.lastIndexOf(LF) + 1
    const tailStart = tail.indexOf(LF) + 1
    if (headEnd === 0 || tailStart === 0 || tailStart === tail.length) return undefined
    return `${decode(head.subarray(0, headEnd))}\n${decode(tail.subarray(tailStart))}`
  } finally {
    fs.closeSync(file)
  }
}

function readWindow(fs: FileSystem, file: number, position: number): Uint8Array {
  const window = new Uint8Array(WINDOW_BYTES)
  return window.subarray(0, fs.readSync(file, window, 0, WINDOW_BYTES, position))
}
