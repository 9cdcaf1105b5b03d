import { InvalidArgumentError } from 'commander'

/** Reads a whole number of at least `least`. */
export function parseCount(least: number): (text: string) => number {
  return (text) => {
    if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text)
    throw new InvalidArgumentError(`Use a whole number from ${least} on.`)
  }
}

/** Reads an amount of at least 0. */
export function parseAmount(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Use a number such as 0.05.')
}
