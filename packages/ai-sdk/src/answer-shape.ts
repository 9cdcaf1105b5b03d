type Fields = Readonly<Record<string, unknown>>

/** Since which specification of models there is a kind of content. Without a word here, since the first. */
const CONTENT_SINCE: Readonly<Record<string, number>> = {
  'tool-approval-request': 3,
  custom: 4,
  'reasoning-file': 4,
}

/** Thrown for an answer that cannot be said in the words of a specification. */
export class UnfitAnswerError extends Error {
  override name = 'UnfitAnswerError'
}

/**
 * Puts an answer of a language model, as it was recorded, into the shape that a specification gives it.
 *
 * Which one it has, shows: up to v2 the reason for its end is a text and usage is flat; from v4 on the data of
 * a file says what it is. What is changed is what the SDK changes when it is given an older model.
 *
 * @param specificationVersion such as `v3`: that of the model which is asked now.
 * @throws {UnfitAnswerError} when it has content that the specification does not know.
 * @see docs/decisions/0021-answers-across-specifications.md
 */
export function shapeAnswer<T extends object>(answer: T, specificationVersion: string): T {
  const level = levelOf(specificationVersion)
  const { content, finishReason, usage, embeddings, warnings } = answer as Fields
  if (Array.isArray(embeddings) && warnings === undefined && level > 2)
    return { ...answer, warnings: [] }
  if (!Array.isArray(content)) return answer
  const parts = content.flatMap((part: Fields) => shapePart(part, level) ?? [])
  return { ...answer, content: parts, ...shapeEnd({ finishReason, usage }, level) }
}

/** The same for a part of a stream; `undefined` where the specification has nothing to say for it. */
export function shapeStreamed(part: Fields, specificationVersion: string): Fields | undefined {
  return shapePart(part, levelOf(specificationVersion))
}

function levelOf(specificationVersion: string): number {
  return Number(specificationVersion.slice(1))
}

function shapePart(part: Fields, level: number): Fields | undefined {
  const { type } = part
  if (type === 'finish') return { ...part, ...shapeEnd(part, level) }
  if (type === 'file') return { ...part, data: shapeData(part.data, level) }
  // From v3 on all results that a model gives are of tools that its provider has run.
  if (type === 'tool-result' && level < 3) return { providerExecuted: true, ...part }
  // It only keeps a connection alive.
  if (type === 'ping' && level < 4) return undefined
  if (level < (CONTENT_SINCE[String(type)] ?? 0))
    throw unfit(`a part of type ${String(type)}`, level)
  return part
}

function shapeData(data: unknown, level: number): unknown {
  const isTold = isObject(data) && typeof data.type === 'string'
  if (level >= 4) return isTold ? data : { type: 'data', data }
  if (!isTold) return data
  if (data.type === 'data') return data.data
  throw unfit('a file that is not here, but at a URL', level)
}

function shapeEnd({ finishReason, usage }: Fields, level: number): Fields {
  if (level < 3) {
    if (!isObject(finishReason)) return {}
    return { finishReason: finishReason.unified, usage: flatUsage(asObject(usage)) }
  }
  if (typeof finishReason !== 'string') return {}
  const unified = finishReason === 'unknown' ? 'other' : finishReason
  return { finishReason: { unified, raw: undefined }, usage: sidedUsage(asObject(usage)) }
}

function flatUsage({ inputTokens, outputTokens }: Fields): Fields {
  const { total: input, cacheRead } = asObject(inputTokens)
  const { total: output, reasoning } = asObject(outputTokens)
  const isKnown = typeof input === 'number' && typeof output === 'number'
  return {
    inputTokens: input,
    outputTokens: output,
    totalTokens: isKnown ? input + output : undefined,
    reasoningTokens: reasoning,
    cachedInputTokens: cacheRead,
  }
}

function sidedUsage(usage: Fields): Fields {
  const { inputTokens, outputTokens, totalTokens, cachedInputTokens, reasoningTokens } = usage
  return {
    inputTokens: {
      total: inputTokens,
      noCache: undefined,
      cacheRead: cachedInputTokens,
      cacheWrite: undefined,
    },
    outputTokens: { total: outputTokens, text: undefined, reasoning: reasoningTokens },
    raw: totalTokens == null ? undefined : { totalTokens },
  }
}

function unfit(what: string, level: number): UnfitAnswerError {
  return new UnfitAnswerError(
    `it holds ${what}, which models of specification v${level} do not have`,
  )
}

function asObject(value: unknown): Fields {
  return isObject(value) ? value : {}
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}
