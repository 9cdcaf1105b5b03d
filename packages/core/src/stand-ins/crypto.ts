import { nodeCrypto } from '../runtime/node-crypto.ts'
import { standIn } from '@retake/format'
import { syncNamedImports } from '../runtime/builtin.ts'
import type { SessionVirtual } from '../virtual/session-virtual.ts'

/** Where the running code draws from; `undefined` for the real thing. */
export type Here = () => VirtualPlace | undefined

/** A place where something is virtual. */
export interface VirtualPlace {
  readonly virtual: SessionVirtual
  readonly path: string
}

type AnyFunction = (...args: never[]) => unknown
type Replace = (real: AnyFunction) => AnyFunction

// More at once is a pool, from which a library goes on to serve whoever asks next, other sessions too.
const MAX_BYTES = 128
const RANGE_BYTES = 6
const RANGE = 2 ** 48

/** Makes UUIDs, numbers and short bytes of Web Crypto and of `node:crypto` come from the place where they are drawn. */
export function installCrypto(here: Here): void {
  const node = nodeCrypto()
  // The methods are those of the class: another object of it does not come about.
  const web = Object.getPrototypeOf(globalThis.crypto) as object
  replace(web, 'randomUUID', (real) => uuidOf(real, here))
  replace(web, 'getRandomValues', (real) => getRandomValuesOf(real, here))
  replace(node, 'randomUUID', (real) => uuidOf(real, here))
  replace(node, 'randomUUIDv7', (real) => timedUuidOf(real, here))
  replace(node, 'randomBytes', (real) => randomBytesOf(real, here))
  replace(node, 'randomInt', (real) => randomIntOf(real, here))
  syncNamedImports()
}

function replace(owner: object, name: string, make: Replace): void {
  const real: unknown = Reflect.get(owner, name)
  if (typeof real !== 'function') return
  // What is locked down stays as it is.
  Reflect.set(owner, name, standIn(real as AnyFunction, make(real as AnyFunction)))
}

function callReal(real: AnyFunction, target: unknown, args: readonly unknown[]): unknown {
  return Reflect.apply(real, target, args as never[])
}

function uuidOf(real: AnyFunction, here: Here): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    const place = here()
    return place ? place.virtual.uuid(place.path) : callReal(real, this, args)
  }
}

function timedUuidOf(real: AnyFunction, here: Here): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    const place = here()
    if (place === undefined) return callReal(real, this, args)
    const { virtual, path } = place
    return virtual.uuid(path, virtual.now(path))
  }
}

function getRandomValuesOf(real: AnyFunction, here: Here): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    // The real one says what is wrong with an argument.
    const filled: unknown = callReal(real, this, args)
    const place = ArrayBuffer.isView(filled) && filled.byteLength <= MAX_BYTES ? here() : undefined
    if (place === undefined) return filled
    const { buffer, byteOffset, byteLength } = filled as ArrayBufferView
    new Uint8Array(buffer, byteOffset, byteLength).set(place.virtual.bytes(place.path, byteLength))
    return filled
  }
}

type BytesCallback = (error: Error | null, bytes: Uint8Array) => void

function randomBytesOf(real: AnyFunction, here: Here): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    const [size, callback] = args
    const isShort = typeof size === 'number' && size >= 0 && size <= MAX_BYTES
    const place = isShort ? here() : undefined
    if (place === undefined) return callReal(real, this, args)
    const drawn = place.virtual.bytes(place.path, Math.trunc(size as number))
    if (typeof callback !== 'function') return filledWith(callReal(real, this, args), drawn)
    const fill: BytesCallback = (error, bytes) =>
      (callback as BytesCallback)(error, error ? bytes : filledWith(bytes, drawn))
    return callReal(real, this, [size, fill])
  }
}

function filledWith(bytes: unknown, drawn: Uint8Array): Uint8Array {
  ;(bytes as Uint8Array).set(drawn)
  return bytes as Uint8Array
}

type NumberCallback = (error: Error | null | undefined, number: number) => void

function randomIntOf(real: AnyFunction, here: Here): AnyFunction {
  return function (this: unknown, ...args: unknown[]) {
    const place = here()
    if (place === undefined) return callReal(real, this, args)
    const callback = args.find((arg) => typeof arg === 'function')
    const answer: NumberCallback = (error, number) =>
      (callback as NumberCallback)(error, error ? number : drawn)
    // It says what is wrong with the bounds, and never answers at once.
    Reflect.apply(
      real,
      this,
      args.map((arg) => (arg === callback ? answer : arg)),
    )
    const bounds = args.filter((arg) => typeof arg === 'number')
    const [min = 0, max = 0] = bounds.length > 1 ? bounds : [0, ...bounds]
    const drawn = min + drawBelow(place, max - min)
    return callback === undefined ? drawn : undefined
  }
}

// The rest of the range would make small numbers likelier.
function drawBelow({ virtual, path }: VirtualPlace, range: number): number {
  const most = RANGE - (RANGE % range)
  let number = RANGE
  while (number >= most) {
    number = virtual.bytes(path, RANGE_BYTES).reduce((sum, byte) => sum * 256 + byte, 0)
  }
  return number % range
}
