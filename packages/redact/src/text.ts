import { isPlaceholder, PLACEHOLDER, placeholder, type Label } from '@retake/format'
import type { Rule } from './rules.ts'

/** A text that cannot be searched to its end. The message says why. */
export class Unsearchable extends Error {}

/**
 * Replaces what the rules find in a text. The same text comes back when they find nothing.
 *
 * @throws {Unsearchable} when they find too much, or when a pattern gives up.
 */
export type ReplaceText = (text: string, label: Label, onHit?: (rule: string) => void) => string

interface Span {
  start: number
  end: number
  rule: Rule
}

const SHORTEST = 6
const SHORTEST_NAME = 8
const LONGEST_NAME = 64
const MAX_NAMES = 2000
// Rules may find more when a neighbour is replaced. Nearly always they settle after one round.
const MAX_ROUNDS = 16
// Bounds the time: each of them is looked at in every round. No text that is meant for a reader has so many.
const MAX_FOUND = 100_000
// Marks stand in for values while the rounds last, and have more digits than placeholders can have.
const FIRST_MARK = 1_000_000
const MARK = /«[a-z]{1,16}:\d{7,}»/g

const PLACEHOLDER_RULE: Rule = {
  name: 'placeholder',
  kind: 'secret',
  hint: /«|%(?=C2%AB)/,
  pattern: PLACEHOLDER,
}

/** Rules for texts, put together. */
export interface TextRules {
  /** A quick look that most texts pass: whether no rule can find anything. */
  readonly isClean: (text: string) => boolean
  readonly replace: ReplaceText
}

/** Puts rules together. */
export function createTextRules(rules: readonly Rule[]): TextRules {
  const all = [...rules, PLACEHOLDER_RULE]
  const hints = combine(all.map((rule) => rule.hint))

  function isClean(text: string): boolean {
    if (text.length < SHORTEST) return true
    for (const hint of hints) if (hint.test(text)) return false
    return true
  }

  return {
    isClean,
    replace: (text, label, onHit) =>
      isClean(text) ? text : replaceValues(text, all, label, onHit),
  }
}

/** The same for names of fields. */
export interface NameRules {
  /** A quick look that nearly all names pass. */
  readonly isClean: (name: string) => boolean
  readonly replace: ReplaceText
}

/**
 * Makes rules for names of fields. They are few and come again and again, so those in which there is nothing to
 * find are kept. What looks like a placeholder is not: what stands in its place depends on the label.
 */
export function createNameRules(replaceText: ReplaceText): NameRules {
  const clean = new Set<string>()
  const isClean = (name: string) => name.length < SHORTEST_NAME || clean.has(name)

  function keep(name: string): void {
    if (name.length > LONGEST_NAME || PLACEHOLDER_RULE.hint.test(name)) return
    if (clean.size >= MAX_NAMES) clean.clear()
    clean.add(name)
  }

  return {
    isClean,
    replace(name, label, onHit) {
      if (isClean(name)) return name
      const safe = replaceText(name, label, onHit)
      if (safe === name) keep(name)
      return safe
    },
  }
}

// One pattern for all that have the same flags. Not one for all: without a case, letters that are rare in prose are not.
function combine(hints: readonly RegExp[]): RegExp[] {
  const sources = new Map<string, Set<string>>()
  for (const { flags, source } of hints) {
    sources.set(flags, (sources.get(flags) ?? new Set()).add(source))
  }
  return [...sources].map(([flags, group]) => new RegExp([...group].join('|'), flags))
}

function replaceValues(
  text: string,
  rules: readonly Rule[],
  label: Label,
  onHit?: (rule: string) => void,
): string {
  const values = new Map<string, { readonly kind: string; readonly value: string }>()

  function toMark(found: string, { name, kind }: Rule): string {
    if (values.has(found)) return found
    if (!isPlaceholder(found)) onHit?.(name)
    const mark = placeholder(kind, FIRST_MARK + values.size)
    values.set(mark, {
      kind,
      value: found.replace(MARK, (inner) => values.get(inner)?.value ?? inner),
    })
    return mark
  }

  let marked = text
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const next = replaceSpans(marked, findSpans(marked, rules), toMark)
    if (next === marked) break
    marked = next
  }
  return marked.replace(MARK, (mark) => {
    const known = values.get(mark)
    return known ? label(known.kind, known.value) : mark
  })
}

function replaceSpans(
  text: string,
  spans: readonly Span[],
  toMark: (found: string, rule: Rule) => string,
): string {
  let replaced = ''
  let end = 0
  for (const span of spans) {
    replaced += text.slice(end, span.start) + toMark(text.slice(span.start, span.end), span.rule)
    end = span.end
  }
  return replaced + text.slice(end)
}

// From left to right. Spans that overlap become one, of the rule of the longer.
function findSpans(text: string, rules: readonly Rule[]): Span[] {
  const spans = rules.flatMap((rule) => findByRule(text, rule))
  const merged: Span[] = []
  for (const span of spans.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1)
    if (!last || span.start >= last.end) merged.push(span)
    else {
      if (span.end - span.start > last.end - last.start) last.rule = span.rule
      last.end = Math.max(last.end, span.end)
    }
  }
  return merged
}

function findByRule(text: string, rule: Rule): Span[] {
  const spans: Span[] = []
  let matches = 0
  for (const { indices } of matchesOf(text, rule)) {
    if (++matches > MAX_FOUND) throw new Unsearchable('too much in it looks like a secret')
    const [start, end] = indices?.groups?.v ?? indices?.[0] ?? [0, 0]
    const isFound = end > start && (rule.accept?.(text.slice(start, end)) ?? true)
    if (isFound) spans.push({ start, end, rule })
  }
  return spans
}

// On a text of many megabytes a pattern can run out of memory for the ways back.
function* matchesOf(text: string, { pattern }: Rule): Generator<RegExpExecArray> {
  try {
    yield* text.matchAll(pattern)
  } catch (error) {
    throw error instanceof RangeError ? new Unsearchable('too long to be searched') : error
  }
}
