import { RetakeError, type VirtualKind } from '@retake/format'

const KINDS: readonly unknown[] = ['date', 'random', 'uuid', 'timers']

/** Checks the option `virtualize`. */
export function resolveVirtualize(
  virtualize: readonly VirtualKind[] = [],
): ReadonlySet<VirtualKind> {
  const given: unknown = virtualize
  if (Array.isArray(given) && given.every((kind) => KINDS.includes(kind)))
    return new Set(virtualize)
  throw new RetakeError(
    'OPTION_INVALID',
    `virtualize must be a list of 'date', 'random', 'uuid' and 'timers', not ${describe(given)}.`,
    { option: 'virtualize' },
  )
}

function describe(given: unknown): string {
  if (!Array.isArray(given)) return typeof given === 'string' ? `'${given}'` : typeof given
  const unknown = given.filter((kind) => !KINDS.includes(kind))
  return `one of ${unknown.map(describe).join(', ')}`
}
