import { RetakeError, type SessionSummary } from '@retake/format'
import type { ListOptions, SessionFilter } from '../store.ts'

/** Whether a session is listed. */
export type Criterion = (summary: SessionSummary) => boolean

const CRITERIA: {
  readonly [Name in keyof SessionFilter]-?: (
    wanted: NonNullable<SessionFilter[Name]>,
    name: string,
  ) => Criterion
} = {
  agent: (agent) => (summary) => summary.agent === agent,
  name: (name) => (summary) => summary.name === name,
  tag: (tag) => (summary) => summary.tags?.includes(tag) ?? false,
  endState: (endState) => (summary) => summary.endState === endState,
  hasErrors: (hasErrors) => (summary) => hasFailed(summary) === hasErrors,
  minCostUsd(costUsd, name) {
    checkNumber(costUsd, name)
    return (summary) => (summary.totals?.costUsd ?? 0) >= costUsd
  },
  since(time, name) {
    const ms = toMs(time, name)
    return ({ startedAt }) => Date.parse(startedAt) >= ms
  },
  until(time, name) {
    const ms = toMs(time, name)
    return ({ startedAt }) => Date.parse(startedAt) < ms
  },
  text(text) {
    const wanted = text.toLowerCase()
    return (summary) => textsOf(summary).some((found) => found?.toLowerCase().includes(wanted))
  },
  isReplay: (isReplay) => (summary) => (summary.replayOf !== undefined) === isReplay,
}

// A request may fail in code of the app's own, of which no call tells.
function hasFailed({ totals, endState }: SessionSummary): boolean {
  return (totals?.errors ?? 0) > 0 || endState === 'failure'
}

/**
 * Reads what every store makes of its options.
 *
 * @returns `passes` only when there is anything to filter by.
 * @throws {RetakeError} `OPTION_INVALID` when one is no such time or number.
 */
export function readListOptions(options: ListOptions = {}): {
  readonly limit: number
  readonly passes: Criterion | undefined
} {
  const { limit = 100 } = options
  checkNumber(limit, 'limit')
  const names = Object.keys(CRITERIA) as (keyof SessionFilter)[]
  const criteria = names.flatMap((name) => criterionOf(name, options))
  const passes = (summary: SessionSummary) => criteria.every((holds) => holds(summary))
  return { limit, passes: criteria.length > 0 ? passes : undefined }
}

function criterionOf(name: keyof SessionFilter, filter: SessionFilter): readonly Criterion[] {
  const wanted = filter[name]
  // Of the type that this name has, which cannot be said of all names at once.
  const create = CRITERIA[name] as (wanted: unknown, name: string) => Criterion
  return wanted === undefined ? [] : [create(wanted, name)]
}

function textsOf(summary: SessionSummary): readonly (string | undefined)[] {
  const { id, name, agent, goal, tags = [], request, input, endReason } = summary
  return [id, name, agent, goal, ...tags, request?.url, input, endReason]
}

function toMs(time: string, name: string): number {
  const ms = Date.parse(time)
  if (!Number.isNaN(ms)) return ms
  throw invalid(name, 'a time in ISO 8601')
}

function checkNumber(value: number, name: string): void {
  if (!(value >= 0)) throw invalid(name, 'a number from 0')
}

function invalid(option: string, what: string): RetakeError {
  return new RetakeError('OPTION_INVALID', `${option} must be ${what}.`, { option })
}
