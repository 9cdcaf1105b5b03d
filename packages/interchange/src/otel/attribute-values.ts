import { whyNotStored } from '../exchange/stored-value.ts'
import type { ReadAttributes } from './read-spans.ts'

/** A structure, which may be written as JSON on spans. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined
  try {
    const json: unknown = JSON.parse(value)
    return whyNotStored(json) === undefined ? json : value
  } catch {
    return value
  }
}

/** The first attribute of these names that is a text. */
export function text(attributes: ReadAttributes, ...names: readonly string[]): string | undefined {
  const found = names.map((name) => attributes[name]).find((value) => typeof value === 'string')
  return typeof found === 'string' && found !== '' ? found : undefined
}

/** The first attribute of these names that is a number. */
export function number(
  attributes: ReadAttributes,
  ...names: readonly string[]
): number | undefined {
  const found = names.map((name) => attributes[name]).find((value) => typeof value === 'number')
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

/** An object of the fields that are there; `undefined` when none is. */
export function present(fields: Readonly<Record<string, unknown>>): object | undefined {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined)
  return there.length === 0 ? undefined : Object.fromEntries(there)
}
