import { median, printTable } from '../shared/comparison.mjs'

/** How much more may be measured after than before. */
const LIMIT = 1.03

/**
 * Prints what was measured of two builds, figure by figure.
 *
 * @returns whether no figure is over the limit.
 */
export function report(results) {
  const rows = [...Map.groupBy(results.filter(isOfBuild), nameOf).values()].flatMap((runs) =>
    Object.keys(runs[0].figures).map((figure) => compare({ runs, figure, results })),
  )
  printTable(
    ['', 'figure', 'without', 'before', 'after', 'medians', 'by round [quartiles]', 'lowest', ''],
    rows.map(toCells),
  )
  return rows.every(({ verdict }) => verdict !== OVER)
}

const OVER = `**over ${LIMIT}**`

function isOfBuild({ side }) {
  return side !== 'without'
}

function nameOf({ benchmark, contestant, scenario }) {
  return `${benchmark}: ${contestant}, ${scenario}`
}

/**
 * Compares a figure in three ways: by its median, by the median of the ratios of each round, and by its lowest value. A
 * machine that is busy with something else shifts one or the other; a build that is slower shifts all of them, and that
 * in three rounds of four.
 */
function compare({ runs, figure, results }) {
  const valuesOf = (list, side) =>
    list.filter((run) => run.side === side).map(({ figures }) => figures[figure])
  const without = valuesOf(results.filter(isBaselineOf(runs[0])), 'without')
  const base = without.length === 0 ? 0 : Math.min(...without)
  const [before, after] = ['before', 'after'].map((side) =>
    valuesOf(runs, side).map((value) => value - base),
  )
  const byRound = after.map((value, index) => value / before[index])
  const ratios = {
    medians: median(after) / median(before),
    byRound: median(byRound),
    lowest: Math.min(...after) / Math.min(...before),
  }
  const quartiles = [quantile(byRound, 0.25), quantile(byRound, 0.75)]
  const verdict = judge(Object.values(ratios), quartiles[0])
  return { name: nameOf(runs[0]), figure, base, before, after, ratios, quartiles, verdict }
}

function judge(ratios, lowerQuartile) {
  const isOver = (ratio) => ratio > LIMIT
  if (ratios.every(isOver) && lowerQuartile > 1) return OVER
  return ratios.some(isOver) ? 'unclear' : ''
}

function isBaselineOf({ plan, scenario }) {
  return (run) => run.plan === plan && run.scenario === scenario && !isOfBuild(run)
}

function toCells({ name, figure, base, before, after, ratios, quartiles, verdict }) {
  return [
    name,
    figure,
    base === 0 ? '' : `(${numberText(base)})`,
    numberText(median(before)),
    numberText(median(after)),
    ratioText(ratios.medians),
    `${ratioText(ratios.byRound)} [${quartiles.map(ratioText).join('..')}]`,
    ratioText(ratios.lowest),
    verdict,
  ]
}

function quantile(numbers, share) {
  const sorted = numbers.toSorted((one, other) => one - other)
  return sorted[Math.round((sorted.length - 1) * share)]
}

function ratioText(ratio) {
  return ratio.toFixed(3)
}

function numberText(number) {
  return String(Number(number.toPrecision(4)))
}
