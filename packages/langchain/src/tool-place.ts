import type { ToolContext, ToolRun } from './emission-notes.ts'
import { isMessage, type Message } from './pack.ts'
import { UUIDS } from './uuids.ts'

type Fields = Readonly<Record<string, unknown>>

/** Ids of the place where a tool runs, such as those of its run, its task and its checkpoint, by where they stand. */
export function idsOf(
  run: ToolRun | undefined,
  config: ToolContext | undefined,
): Readonly<Record<string, string>> {
  const found: Record<string, string> = {}
  const note = (name: string, value: unknown) => {
    if (typeof value === 'string') found[name] = value
  }
  note('run', run?.runId)
  note('parent', run?.parentRunId)
  const groups = { m: config?.metadata, r: run?.metadata, c: config?.configurable }
  for (const [group, fields] of Object.entries(groups)) {
    for (const [key, value] of Object.entries(fields ?? {})) note(`${group}.${key}`, value)
  }
  for (const [path, { id }] of messagesAround(config)) note(path, id)
  return found
}

/** The messages of the state that the graph of a tool is in, by place. */
export function messagesAround(
  config: ToolContext | undefined,
): ReadonlyMap<string, Message & { readonly id?: unknown }> {
  const found = new Map<string, Message & { readonly id?: unknown }>()
  const { __pregel_scratchpad: pad } = config?.configurable ?? {}
  const states = [(pad as Fields | undefined)?.currentTaskInput, config?.state]
  for (const [at, state] of states.entries()) {
    for (const [key, value] of Object.entries((state ?? {}) as Fields)) {
      if (!Array.isArray(value)) continue
      for (const [index, item] of (value as unknown[]).entries()) {
        const isFound = typeof item === 'object' && item !== null && isMessage(item)
        if (isFound) found.set(`s${at}.${key}.${index}`, item)
      }
    }
  }
  return found
}

type IdsByPlace = Readonly<Record<string, string>>

/** The ids of two places, in pairs: they stand in the same order within each text. */
export function idPairs(
  recorded: IdsByPlace,
  now: IdsByPlace,
): readonly (readonly [then: string, now: string])[] {
  return Object.entries(recorded).flatMap(([name, text]) => {
    const own = now[name]?.match(UUIDS) ?? []
    return (text.match(UUIDS) ?? []).flatMap((id, at) => {
      const mine = own[at]
      return mine === undefined ? [] : [[id, mine] as const]
    })
  })
}

/** Puts ids of now in the place of recorded ones. */
export interface Renaming {
  set(recorded: string, now: string): void
  rename(this: void, text: string): string
}

export function createRenaming(): Renaming {
  const names = new Map<string, string>()
  return {
    set: (recorded, now) => void names.set(recorded, now),
    rename: (text) => text.replace(UUIDS, (id) => names.get(id) ?? id),
  }
}
