import { isEncodedList, setOwn, textOf, type EncodedObject } from './codec-tags.ts'

/**
 * Finds properties such as `[Symbol.for('vercel.ai.error.…')]: true`, by which SDKs know their objects
 * without `instanceof`: `marks` are enumerable, `hidden` ones are not.
 */
export function encodeMarks(value: object): EncodedObject | undefined {
  const symbols = Object.getOwnPropertySymbols(value)
  if (symbols.length === 0) return undefined
  const marks: string[] = []
  const hidden: string[] = []
  for (const symbol of symbols) {
    const name = Symbol.keyFor(symbol)
    const property = Object.getOwnPropertyDescriptor(value, symbol)
    if (name !== undefined && property?.value === true)
      (property.enumerable ? marks : hidden).push(name)
  }
  if (marks.length + hidden.length === 0) return undefined
  return { ...(marks.length > 0 && { marks }), ...(hidden.length > 0 && { hidden }) }
}

/** Puts the marks of a tag back. */
export function decodeMarks(target: object, { marks, hidden }: EncodedObject): void {
  for (const name of isEncodedList(marks) ? marks : [])
    setOwn(target, Symbol.for(textOf(name)), true)
  for (const name of isEncodedList(hidden) ? hidden : [])
    setOwn(target, Symbol.for(textOf(name)), true, false)
}
