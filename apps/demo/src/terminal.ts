import { styleText } from 'node:util'

// `styleText` leaves colours out where the output is no terminal, or NO_COLOR is set.
export const bold = (text: string): string => styleText('bold', text)
export const dim = (text: string): string => styleText('dim', text)
export const green = (text: string): string => styleText('green', text)
export const yellow = (text: string): string => styleText('yellow', text)
export const red = (text: string): string => styleText('red', text)

export function print(text = ''): void {
  console.log(text)
}

/** Prints a text of several lines, set off from the rest. */
export function quote(text: string): void {
  print(dim(text.replaceAll(/^/gm, '    ')))
}
