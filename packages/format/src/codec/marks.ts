import { isEncodedList, setOwn, textOf, type EncodedObject } from './tags.ts'

/**
 * Finds properties such as `[Symbol.for('vercel.ai.error.…')]: true`, by which SDKs know their objects
 * without `instanceof`: `marks` are enumerable, `hidden` ones are not, `denied` ones are hidden and false.
 */
export function encodeMarks(value: object): EncodedObject | undefined {
  const symbols = Object.getOwnPropertySymbols(value)
  if (symbols.length === 0) return undefined
  const found: Record<'marks' | 'hidden' | 'denied', string[]> = {
    marks: [],
    hidden: [],
    denied: [],
  }
  for (const symbol of symbols) {
    const name = Symbol.keyFor(symbol)
    const property = Object.getOwnPropertyDescriptor(value, symbol)
    if (name === undefined) continue
    if (property?.value === true) found[property.enumerable ? 'marks' : 'hidden'].push(name)
    else if (property?.value === false && !property.enumerable) found.denied.push(name)
  }
  const lists = Object.entries(found).filter(([, names]) => names.length > 0)
  return lists.length > 0 ? Object.fromEntries(lists) : undefined
}

/** Puts the marks of a tag back. */
export function decodeMarks(target: object, { marks, hidden, denied }: EncodedObject): void {
  for (const name of isEncodedList(marks) ? marks : [])
    setOwn(target, Symbol.for(textOf(name)), true)
  for (const name of isEncodedList(hidden) ? hidden : [])
    setOwn(target, Symbol.for(textOf(name)), true, false)
  for (const name of isEncodedList(denied) ? denied : [])
    setOwn(target, Symbol.for(textOf(name)), false, false)
}
