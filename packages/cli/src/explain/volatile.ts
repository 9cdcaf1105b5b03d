/** Something in a request that is another one each time. */
export type VolatileKind = 'date' | 'uuid' | 'random' | 'id' | 'port' | 'temporary path'

interface Mask {
  readonly kind: VolatileKind
  readonly pattern: RegExp
}

// In this order: a UUID has digits in it that look like other things.
const MASKS: readonly Mask[] = [
  { kind: 'uuid', pattern: /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi },
  {
    kind: 'date',
    pattern: /\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g,
  },
  {
    kind: 'date',
    pattern:
      /\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? [A-Za-z0-9]{1,9} [A-Za-z0-9]{1,9},? \d{4}\b/g,
  },
  { kind: 'date', pattern: /\b\d{1,2}:\d{2}(?::\d{2})?(?: ?[AP]M)?\b/g },
  { kind: 'date', pattern: /\b1[5-9]\d{8}(?:\d{3})?\b/g },
  { kind: 'random', pattern: /\b0\.\d{10,}\b/g },
  { kind: 'temporary path', pattern: /\/(?:tmp|var\/folders)\/[\w./-]+/g },
  { kind: 'port', pattern: /\b(?:localhost|127\.0\.0\.1):\d{2,5}\b/g },
  // As makers of ids write them: letters and digits mixed, and no word.
  { kind: 'id', pattern: /\b(?=\w*\d)(?=\w*[a-z])\w{10,64}\b/gi },
]

const RULES: Readonly<Record<VolatileKind, string>> = {
  date: "createRetake({ virtualize: ['date'] }) gives a replay the recorded time; or take it from now()",
  uuid: "createRetake({ virtualize: ['uuid'] }) gives a replay the recorded UUIDs; or take them from uuid()",
  random:
    "createRetake({ virtualize: ['random'] }) gives a replay the recorded numbers; or take them from random()",
  id: "createRetake({ virtualize: ['random', 'uuid'] }) gives a replay the ids that were made of random numbers or bytes",
  port: 'leave the port out of the request, or listen on a fixed one',
  'temporary path': 'leave the path out of the request, or use one that is fixed',
}

/** What is another one each time in two texts that are the same otherwise. Empty where more than that differs. */
export function volatileKinds(recorded: string, now: string): readonly VolatileKind[] {
  const kinds = new Set<VolatileKind>()
  let [one, other] = [recorded, now]
  for (const { kind, pattern } of MASKS) {
    if (one === other) break
    const before = [...one.matchAll(pattern)].map(String)
    const after = [...other.matchAll(pattern)].map(String)
    const hasChanged = before.length === after.length && before.join() !== after.join()
    if (hasChanged) kinds.add(kind)
    one = one.replaceAll(pattern, `<${kind}>`)
    other = other.replaceAll(pattern, `<${kind}>`)
  }
  return one === other ? [...kinds] : []
}

/** What in a text looks as if it were another one each time. */
export function volatileLooks(text: string): readonly VolatileKind[] {
  return [
    ...new Set(MASKS.filter(({ pattern }) => text.search(pattern) >= 0).map(({ kind }) => kind)),
  ]
}

/** What to do so that a replay asks the same again. */
export function ruleFor(kind: VolatileKind): string {
  return RULES[kind]
}
