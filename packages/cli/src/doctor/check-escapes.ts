import type { SessionSummary } from '@retake/core'
import type { Context } from '../context.ts'
import type { Library } from '../project/libraries.ts'
import { clip } from '../terminal/format.ts'
import { plural } from '../terminal/plural.ts'
import { type Finding, ok, warn } from './finding.ts'

// As many as show what an app does nowadays.
const RECENT = 50

/** What seems to go by unrecorded, as recent sessions tell. */
export async function checkEscapes(
  { store }: Context,
  libraries: readonly Library[],
): Promise<readonly Finding[]> {
  const recent = await store.list({ limit: RECENT })
  const recorded = recent.filter(({ replayOf, totals }) => replayOf === undefined && totals)
  const escaped = await findEscapes({ store }, recent)
  const missing = recorded.length === 0 ? [] : findMissing(recorded, libraries)
  const findings = [...missing, ...escaped]
  if (findings.length > 0 || recorded.length === 0) return findings
  return [
    ok(
      'escapes',
      `nothing seems to go by unrecorded in the last ${plural(recorded.length, 'session')}`,
    ),
  ]
}

function findMissing(
  recorded: readonly SessionSummary[],
  libraries: readonly Library[],
): readonly Finding[] {
  const kinds = new Set(recorded.flatMap(({ totals }) => Object.keys(totals?.kinds ?? {})))
  return libraries
    .filter((library) => library.kinds?.every((kind) => !kinds.has(kind)) === true)
    .map(({ name, kinds: wanted = [], recorder }) =>
      warn(
        `missing:${name}`,
        `${name} is here, but none of the last ${plural(recorded.length, 'session')} has an event of kind ${wanted.join(' or ')}`,
        `Calls may go by ${recorder} unseen: see "retake init" for the lines that it needs.`,
      ),
    )
}

async function findEscapes(
  { store }: Pick<Context, 'store'>,
  recent: readonly SessionSummary[],
): Promise<readonly Finding[]> {
  const failed = recent.filter(
    ({ replayOf, endState }) => replayOf !== undefined && endState === 'failure',
  )
  const reasons = new Map<string, string>()
  for (const { id } of failed) {
    const { end } = (await store.load(id)) ?? {}
    const { status } = (end?.report ?? {}) as { readonly status?: unknown }
    if (status === 'error=REPLAY_ESCAPE') reasons.set(end?.endReason ?? 'a call escaped', id)
  }
  return [...reasons].map(([reason, id]) =>
    warn('escape', `replay ${id} was stopped: ${clip(reason, 400)}`, `See "retake show ${id}".`),
  )
}
