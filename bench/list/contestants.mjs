import { globSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createDirectoryStore } from '@retake/core/stores/directory'

const RARE = 'run:4321'

/** What is done in each scenario, and how many sessions it has to find. */
export const SCENARIOS = {
  first: { options: { tag: RARE, limit: Infinity }, found: 1, isFirst: true },
  newest: { options: {}, found: 100 },
  'by tag': { options: { tag: RARE, limit: Infinity }, found: 1 },
  'by text': { options: { text: RARE.toUpperCase(), limit: Infinity }, found: 1 },
  all: { options: { limit: Infinity }, found: 10_000 },
  load: { isLoad: true, found: 1 },
}

/** Ways to find sessions in a folder, as `(directory) => scenario => sessions`. */
export const CONTESTANTS = {
  Retake: async (directory, { options, isLoad }) => {
    const store = createDirectoryStore({ directory })
    if (!isLoad) return store.list(options)
    return [await store.load(newestOf(directory))]
  },
  'reading all': async (directory, { options, isLoad }) => {
    const sessions = readdirSync(directory).flatMap((name) =>
      name.endsWith('.jsonl') && !name.startsWith('.') ? [readSession(join(directory, name))] : [],
    )
    if (isLoad) return sessions.slice(-1)
    const { tag, text = '', limit = 100 } = options
    return sessions
      .filter(({ tags }) => tag === undefined || tags.includes(tag))
      .filter(({ tags }) => tags.join(' ').toLowerCase().includes(text.toLowerCase()))
      .toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1))
      .slice(0, limit)
  },
}

/** Takes the index away, as if nothing had been listed before. */
export function forgetIndex(directory) {
  for (const name of globSync('.index*', { cwd: directory })) rmSync(join(directory, name))
}

let newest

/** The id of the newest session. Found before the clock runs. */
export function newestOf(directory) {
  newest ??= readdirSync(directory)
    .filter((name) => !name.startsWith('.'))
    .toSorted()
    .at(-1)
    .slice(0, -'.jsonl'.length)
  return newest
}

// The least that tells what a list shows: the first line and the last one.
function readSession(file) {
  const text = readFileSync(file, 'utf8')
  const header = JSON.parse(text.slice(0, text.indexOf('\n')))
  const last = JSON.parse(text.slice(text.lastIndexOf('\n', text.length - 2) + 1))
  return { ...header, ...(last.type === 'end' && last) }
}
