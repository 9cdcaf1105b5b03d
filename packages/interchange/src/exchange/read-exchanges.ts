import { readEach } from '../read/read-each.ts'
import type { Reader } from '../read/reader.ts'
import type { Exchange, Exchanges } from './exchange.ts'
import { withDoubts } from './file-body.ts'

/**
 * Reads the items of a file one by one. Of those that are left out it says why.
 *
 * @param read gives the exchange of an item, or why there is none.
 * @throws {ReplayInvalidSessionError} what is wrong with the first of them, when not one could be read.
 */
export function readExchanges(
  items: readonly Reader[],
  read: (item: Reader) => Exchange | string,
): Exchanges {
  const { values, notes } = readEach(items, read)
  return { exchanges: values.map(withDoubts), notes }
}
