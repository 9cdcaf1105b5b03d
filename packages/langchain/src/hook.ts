/** A method of LangChain, of whatever arguments. */
export type Method = (this: object, ...args: never[]) => unknown

const PATCHED = Symbol.for('retake.langchain.patched.v1')

/** The run manager that LangChain hands to what it calls. */
export interface RunManager {
  readonly runId?: string
  readonly parentRunId?: string
  readonly handlers?: readonly object[]
  handleLLMNewToken?(...args: unknown[]): Promise<void>
}

/** Puts a method in the place of another, on a class or on one object, once for all copies of this package. */
export function patchMethod(
  target: object,
  name: string,
  wrap: (original: Method) => Method,
): void {
  const original: unknown = Reflect.get(target, name)
  if (typeof original !== 'function' || Object.hasOwn(original, PATCHED)) return
  const patched = wrap(original as Method)
  Object.defineProperty(patched, PATCHED, { value: true })
  defineHidden(target, name, patched)
}

/**
 * Gives an instance a method of its own, which hides that of its class and does not show in its keys.
 *
 * The method it hides is called on the instance itself, so private fields of its class stay in reach.
 *
 * @throws {TypeError} when the instance is frozen.
 */
export function defineHidden(target: object, name: PropertyKey, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    configurable: true,
    writable: true,
    enumerable: false,
  })
}
