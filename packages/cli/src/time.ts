import { InvalidArgumentError } from 'commander'

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const DURATION = /^(\d+(?:\.\d+)?)\s*([smhdw])$/

/** Reads a duration such as `90s`, `15m`, `12h`, `30d` or `2w`, in milliseconds. */
export function parseDuration(text: string): number {
  const [, amount, unit = ''] = DURATION.exec(text) ?? []
  const ms = Number(amount) * (UNITS[unit] ?? Number.NaN)
  if (Number.isFinite(ms)) return ms
  throw new InvalidArgumentError('Use a number with a unit, such as 90s, 15m, 12h, 30d or 2w.')
}

/** Reads a point in time: a date, a date with a time, or how long ago. Gives ISO 8601, UTC. */
export function parseTime(text: string, now: number = Date.now()): string {
  if (DURATION.test(text)) return new Date(now - parseDuration(text)).toISOString()
  const time = Date.parse(text)
  if (!Number.isNaN(time)) return new Date(time).toISOString()
  throw new InvalidArgumentError(
    'Use a date such as 2026-01-31 or 2026-01-31T12:00Z, or an age such as 2h.',
  )
}
