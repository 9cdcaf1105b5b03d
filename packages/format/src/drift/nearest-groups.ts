import type { Asked } from './asked.ts'
import type { Place } from './place.ts'

const MAX_STEPS = 20_000

/** Finds, without comparing texts, the groups that are worth a look. */
export interface NearestGroups {
  /** Those that share the rarest words with a request, best first. */
  like(
    asked: Asked,
    options: { readonly limit: number; readonly may?: (id: number) => boolean },
  ): readonly number[]
}

/** Scores groups by the words that few of them have, the rarest first, however many groups there are. */
export function createNearestGroups({ groups, postings }: Place): NearestGroups {
  const lengths = groups.map(({ words }) => {
    let length = 1
    for (const own of words().values()) length += own.size
    return length
  })

  function score(asked: Asked): Float64Array {
    const scores = new Float64Array(groups.length)
    let steps = 0
    for (const [row, weight] of rareRows(asked, postings, groups.length)) {
      if ((steps += row.length) > MAX_STEPS) break
      for (const id of row) scores[id] = (scores[id] ?? 0) + weight
    }
    for (let id = 0; id < groups.length; id++) {
      scores[id] = (scores[id] ?? 0) / Math.sqrt(lengths[id] ?? 1)
    }
    return scores
  }

  let last: { readonly asked: Asked; readonly scores: Float64Array } | undefined

  return {
    like(asked, { limit, may = () => true }) {
      if (last?.asked !== asked) last = { asked, scores: score(asked) }
      return highest(last.scores, limit, may)
    },
  }
}

type Row = readonly [groups: readonly number[], weight: number]

function rareRows(
  { words }: Pick<Asked, 'words'>,
  postings: Place['postings'],
  size: number,
): readonly Row[] {
  const rows: Row[] = []
  for (const own of words().values()) {
    for (const [word, { weight }] of own) {
      const row = postings.get(word)
      if (row === undefined || (row.length === size && size > 1)) continue
      rows.push([row, weight * Math.log((size + 1) / row.length)])
    }
  }
  return rows.sort(([one], [other]) => one.length - other.length)
}

function highest(
  scores: Float64Array,
  limit: number,
  may: (id: number) => boolean,
): readonly number[] {
  const best: number[] = []
  const scoreOf = (id: number | undefined) => (id === undefined ? -1 : (scores[id] ?? -1))
  for (let id = 0; id < scores.length; id++) {
    const isFull = best.length === limit
    if ((isFull && scoreOf(id) <= scoreOf(best[limit - 1])) || !may(id)) continue
    let at = best.length
    while (at > 0 && scoreOf(best[at - 1]) < scoreOf(id)) at--
    best.splice(at, 0, id)
    if (best.length > limit) best.pop()
  }
  return best
}
