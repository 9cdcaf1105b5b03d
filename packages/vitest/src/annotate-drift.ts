import type { ReplayReport, ReportedDrift } from '@retake/core'
import { differenceLines } from '@retake/format'
import type { TestContext } from 'vitest'

/**
 * Annotates a test with the calls that were served although their requests differ from the recorded ones.
 *
 * @see docs/decisions/0050-tests-run-inside-a-hook.md
 */
export async function annotateDrift(
  context: TestContext,
  report: ReplayReport | undefined,
): Promise<void> {
  for (const drift of report?.drifted ?? []) await annotate(context, describeDrift(drift))
}

/** A call that drifted, in words. */
export function describeDrift({ seq, kind, name, tier, differences }: ReportedDrift): string {
  const what = tier === 'compared' ? 'gives another outcome' : 'was served, and asks something else'
  const found = differences.map(({ path, ...sides }) => ({ path: path || '(all)', ...sides }))
  const lines = differenceLines(found, '  ').map((line) => `\n${line}`)
  return `drift: ${seq} ${kind} ${name} ${what} than when it was recorded${lines.join('')}`
}

// What drifted is known when the test is over, hooks and all, and a test that is over takes no annotation: it counts as
// running while the annotation is handed in.
async function annotate(context: TestContext, message: string): Promise<void> {
  const { result } = context.task
  if (result === undefined) return
  const { state } = result
  result.state = 'run'
  const annotated = context.annotate(message, 'warning')
  result.state = state
  await annotated
}
