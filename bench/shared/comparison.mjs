/**
 * Reads the results of `runRounds`, round by round: what the machine does in a round it does to all.
 *
 * @param baseline what is taken off before anything is compared; nothing by default.
 */
export function createComparison(results, baseline) {
  // A metric by round.
  function values(contestant, scenario, metric) {
    return results
      .filter((result) => result.contestant === contestant && result.scenario === scenario)
      .toSorted((one, other) => one.round - other.round)
      .map((result) => result[metric])
  }

  // The same, less that of the baseline in the same round.
  function added(contestant, scenario, metric) {
    const base = baseline === undefined ? [] : values(baseline, scenario, metric)
    return values(contestant, scenario, metric).map((value, round) => value - (base[round] ?? 0))
  }

  // Median over the rounds of what one contestant adds, in parts of what another one does.
  function ratio(contestant, other, scenario, metric) {
    const against = added(other, scenario, metric)
    return median(added(contestant, scenario, metric).map((value, round) => value / against[round]))
  }

  return { values, added, ratio }
}

export function median(numbers) {
  const sorted = numbers.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** The median with the range of the rounds, such as `12.3 [11.9..14.0]`. */
export function spread(numbers, digits = 0) {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  const write = (number) => number.toFixed(digits)
  return `${write(median(numbers))} [${write(low)}..${write(high)}]`
}

/** Prints rows of cells as a table in Markdown. */
export function printTable(head, rows) {
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  console.log(`${lines.join('\n')}\n`)
}
