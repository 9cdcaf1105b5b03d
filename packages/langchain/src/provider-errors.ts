import { registerErrorReviver } from '@retake/core/adapter'

type ErrorClass = abstract new (...args: never[]) => Error

// Told by core, and by name only: which class an error has is decided here, among classes that are known.
const classNames = new WeakMap<Error, string>()
const registered = new Map<string, ErrorClass>()
const ofClients = new WeakMap<object, ReadonlyMap<string, ErrorClass>>()

registerErrorReviver((error, _family, className) => {
  classNames.set(error, className)
  return adopt(error, registered)
})

/**
 * Lets replayed errors have classes of the app, so that `instanceof` holds: classes themselves, or objects
 * that hold some, such as `OpenAI`. Those of a model's own SDK are found without it.
 */
export function registerErrorClasses(...sources: readonly object[]): void {
  for (const source of sources) {
    if (isErrorClass(source)) registered.set(source.name, source)
    for (const [name, errorClass] of errorClassesOn(source)) registered.set(name, errorClass)
  }
}

/** Gives replayed errors of a model the classes of the SDK that the model uses. */
export function reviveErrorOf(model: object): (error: unknown) => unknown {
  return (error) => (error instanceof Error ? (adopt(error, sdkClasses(model)) ?? error) : error)
}

function adopt(error: Error, classes: ReadonlyMap<string, ErrorClass>): Error | undefined {
  const known = classes.get(classNames.get(error) ?? '')
  if (known === undefined) return undefined
  const { prototype } = known as { prototype: Error }
  // A name that the class gives is no longer one of the error's own.
  if (prototype.name === error.name && !Object.keys(error).includes('name'))
    Reflect.deleteProperty(error, 'name')
  return Object.setPrototypeOf(error, prototype) as Error
}

function sdkClasses(model: object): ReadonlyMap<string, ErrorClass> {
  const known = ofClients.get(model)
  if (known) return known
  const found = new Map(
    clientsOf(model).flatMap((client) => [...errorClassesOn(client.constructor)]),
  )
  ofClients.set(model, found)
  return found
}

interface ClientHolder {
  readonly client?: object
  readonly batchClient?: object
  readonly completions?: ClientHolder
  _getClientOptions?(options: undefined): unknown
  createClient?(options: object): object
}

// A client is made at the first call. Making one calls nobody.
function clientsOf(model: ClientHolder): readonly object[] {
  try {
    const holder = model.completions ?? model
    holder._getClientOptions?.(undefined)
    const made = holder.client ?? holder.batchClient ?? holder.createClient?.({ apiKey: 'none' })
    return made ? [made] : []
  } catch {
    return []
  }
}

function errorClassesOn(source: unknown): ReadonlyMap<string, ErrorClass> {
  const found = new Map<string, ErrorClass>()
  for (let link = source; isHolder(link); link = Object.getPrototypeOf(link)) {
    for (const { value } of Object.values(Object.getOwnPropertyDescriptors(link))) {
      if (isErrorClass(value)) found.set(value.name, value)
    }
  }
  return found
}

function isHolder(value: unknown): value is object {
  if (value === Function.prototype || value === Object.prototype) return false
  return typeof value === 'function' || (typeof value === 'object' && value !== null)
}

function isErrorClass(value: unknown): value is ErrorClass {
  return typeof value === 'function' && value.prototype instanceof Error
}
