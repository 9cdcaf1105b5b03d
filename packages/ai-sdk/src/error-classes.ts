import { registerErrorReviver } from '@retake/core/adapter'

interface ErrorClass {
  readonly prototype: Error
  isInstance(error: unknown): boolean
}

const known = new WeakSet<object>()

/**
 * Gives replayed errors the classes of the app's own SDK, so that `instanceof` holds as well.
 *
 * Which class it is, is told by the SDK itself: by the marks that its `isInstance` looks for.
 */
export function reviveErrorsOf(ai: object): void {
  const added = Object.values(ai).filter(
    (value) => isErrorClass(value) && !known.has(value),
  ) as ErrorClass[]
  if (added.length === 0) return
  for (const errorClass of added) known.add(errorClass)
  const classes = added.sort((one, other) => depthOf(other) - depthOf(one))
  registerErrorReviver((error) => {
    const found = classes.find((errorClass) => errorClass.isInstance(error))
    return found && (Object.setPrototypeOf(error, found.prototype) as Error)
  })
}

function isErrorClass(value: unknown): value is ErrorClass & object {
  return typeof value === 'function' && value.prototype instanceof Error && 'isInstance' in value
}

// All errors of the SDK are of its base class too: the most special class counts.
function depthOf({ prototype }: ErrorClass): number {
  let depth = 0
  for (let link: unknown = prototype; link; link = Object.getPrototypeOf(link)) depth++
  return depth
}
