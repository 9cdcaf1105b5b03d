import type { Reader } from '../read/reader.ts'
import type { Exchange, Exchanges } from './exchange.ts'

/**
 * Reads the items of a file one by one. Of those that are left out it says why.
 *
 * @param read gives the exchange of an item, or why there is none.
 */
export function readExchanges(
  items: readonly Reader[],
  read: (item: Reader) => Exchange | string,
): Exchanges {
  const notes: string[] = []
  const exchanges = items.flatMap((item) => {
    const exchange = read(item)
    if (typeof exchange === 'object') return exchange
    notes.push(`${item.where} was left out: ${exchange}`)
    return []
  })
  return { exchanges, notes }
}
