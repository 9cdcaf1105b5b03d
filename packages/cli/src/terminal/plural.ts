/** A count with its noun: `1 session`, `12 sessions`. */
export function plural(count: number, noun: string, many: string = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`
}
