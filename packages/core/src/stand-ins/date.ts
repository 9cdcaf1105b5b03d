import { standIn } from '@retake/format'

/**
 * A `Date` that asks for the time of now, and otherwise is the one of the runtime: its objects are of that.
 *
 * @param now tells the time in milliseconds; `undefined` for the real one.
 */
export function createDate(Real: DateConstructor, now: () => number | undefined): DateConstructor {
  function construct(this: unknown, ...args: unknown[]): unknown {
    const target = new.target as unknown
    const ms = target === undefined || args.length === 0 ? now() : undefined
    if (target === undefined) return ms === undefined ? Real() : new Real(ms).toString()
    const parts = ms === undefined ? args : [ms]
    if (target === construct) return new Real(...(parts as [number]))
    return Reflect.construct(Real, parts, target as NewableFunction)
  }

  const real = Real.now.bind(Real)
  const read = standIn(Real.now, () => now() ?? real())
  Object.defineProperties(construct, Object.getOwnPropertyDescriptors(Real))
  Object.defineProperty(construct, 'now', { value: read })
  return construct as unknown as DateConstructor
}
