import { isDeepStrictEqual } from 'node:util'
import { callsOf } from '@retake/testing'
import { record, replay, type Production, type StageOptions } from './rehearse.ts'

/** What of a scenario is checked, as plain data. */
export interface Verdict {
  readonly name: string
  readonly live: Counts
  readonly replayed: Counts
  /** How the calls of the replay were found. */
  readonly tiers: readonly string[]
  /** Both results, where they are not the same. */
  readonly differs?: { readonly live: unknown; readonly replayed: unknown }
}

interface Counts {
  readonly calls: number
  readonly runs: number
}

/** Records a scenario, replays it from its text, and says what came of it. */
export async function judge(production: Production): Promise<Verdict> {
  const { scenario } = production
  const stage = stageOf(production)
  const live = await record(production, stage)
  const replayed = await replay(production, live.session, stage)
  const tiers = callsOf(replayed.session).map(({ served }) => served?.tier ?? 'not served')
  const isSame = isDeepStrictEqual(live.result, replayed.result)
  return {
    name: scenario.name,
    live: { calls: live.calls, runs: live.runs },
    replayed: { calls: replayed.calls, runs: replayed.runs },
    tiers: [...new Set(tiers)],
    ...(isSame ? {} : { differs: { live: live.result, replayed: replayed.result } }),
  }
}

/** What it has to be: all was served from the recording, nothing ran, and nothing differs. */
export function expectedOf({
  scenario: { name, calls, runs = 0 },
}: Pick<Production, 'scenario'>): Verdict {
  const replayed = { calls: 0, runs: 0 }
  return { name, live: { calls, runs }, replayed, tiers: ['exact'] }
}

function stageOf({ scenario: { provider, retake, replay } }: Production): StageOptions {
  return {
    ...(provider ? { provider } : {}),
    ...(retake ? { retake } : {}),
    ...(replay ? { replay } : {}),
  }
}
