import { readFileSync, writeFileSync } from 'node:fs'

/** Changes a file as somebody does by hand. */
export function editFile(path: string, from: string | RegExp, to: string): void {
  const text = readFileSync(path, 'utf8')
  const edited = text.replace(from, to)
  if (edited === text) throw new Error(`${path} does not have ${String(from)}.`)
  writeFileSync(path, edited)
}
