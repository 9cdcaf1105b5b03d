import { isRetakeError } from '@retake/format'
import type { Reader } from './reader.ts'

/** What was read of a list, and why the rest of it was left out, one line each. */
export interface ReadItems<Value> {
  readonly values: readonly Value[]
  readonly notes: readonly string[]
}

/**
 * Reads items one by one, so that one which is wrong does not refuse the others.
 *
 * @param read gives what an item holds, or why it is left out.
 * @throws {ReplayInvalidSessionError} what is wrong with the first of them, when not one could be read.
 */
export function readEach<Value extends object>(
  items: readonly Reader[],
  read: (item: Reader, index: number) => Value | string,
): ReadItems<Value> {
  const notes: string[] = []
  const wrong: unknown[] = []
  const values = items.flatMap((item, index) => {
    try {
      const value = read(item, index)
      if (typeof value === 'object') return [value]
      notes.push(`${item.where} was left out: ${value}`)
    } catch (error) {
      wrong.push(error)
      notes.push(`${item.where} was left out: ${problemOf(error)}`)
    }
    return []
  })
  if (values.length === 0 && wrong.length > 0) throw wrong[0]
  return { values, notes }
}

// A fault that is not one of the text is one of ours.
function problemOf(error: unknown): string {
  const { problem } = isRetakeError(error) ? error.data : {}
  if (typeof problem !== 'string') throw error
  return problem
}
