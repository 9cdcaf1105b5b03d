import type { Decision } from '@retake/core'

type Fields = Readonly<Record<string, unknown>>

/** What a model says it was thinking, and the tools it chose; `undefined` where it says neither. */
export function readThought(generations: unknown): Decision | undefined {
  const message = asObject(asObject(firstOf(firstOf(generations))).message)
  const reasoning = reasoningOf(message)
  const chosen = asList(message.tool_calls)
    .map(asObject)
    .map(({ name, args }) => ({ name, args }))
  if (reasoning === '' && chosen.length === 0) return undefined
  return { ...(reasoning === '' ? {} : { reasoning }), ...(chosen.length > 0 ? { chosen } : {}) }
}

// Providers put it in blocks of several names, or beside the message.
function reasoningOf({ content, additional_kwargs: extra }: Fields): string {
  const blocks = asList(content)
    .map(asObject)
    .map(({ reasoning, thinking }) => reasoning ?? thinking)
  const { reasoning_content: beside, reasoning } = asObject(extra)
  const summary = asList(asObject(reasoning).summary).map((part) => asObject(part).text)
  return [...blocks, beside, ...summary].filter((text) => typeof text === 'string').join('\n')
}

function firstOf(value: unknown): unknown {
  return asList(value)[0]
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function asObject(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
