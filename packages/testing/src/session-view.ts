import type { EventRecord, SessionData } from '@retake/format'

/** The calls among the events of a session, which have an outcome. */
export function callsOf({ events }: SessionData): readonly EventRecord[] {
  return events.filter(({ fp }) => fp !== undefined)
}

/** The events of a session as an indented tree, such as `chain agent`, `  chain step`, `    llm …`. */
export function treeOf({ events }: SessionData, parent?: number, indent = ''): readonly string[] {
  return events
    .filter((event) => event.parent === parent)
    .flatMap(({ seq, kind, name }) => [
      `${indent}${kind} ${name}`,
      ...treeOf({ events } as SessionData, seq, `${indent}  `),
    ])
}
