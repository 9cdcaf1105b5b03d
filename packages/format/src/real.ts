// Shared by all copies of this package: what one of them has put in place, the others must see through.
const REAL = Symbol.for('retake.real.v1')

type AnyFunction = (...args: never[]) => unknown

/** What stands behind a function of the runtime that Retake has replaced; any other function as it is. */
export function realOf<F extends AnyFunction>(fn: F): F {
  return (fn as { [REAL]?: F })[REAL] ?? fn
}

/** Makes `fn` look like `real`, which Retake goes on using for itself. */
export function standIn<F extends AnyFunction>(real: F, fn: F): F {
  const { name, length } = real
  return Object.defineProperties(fn, {
    name: { value: name, configurable: true },
    length: { value: length, configurable: true },
    [REAL]: { value: realOf(real) },
  })
}
