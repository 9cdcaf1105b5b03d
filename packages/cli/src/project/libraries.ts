import type { EventKind } from '@retake/core'

/** What a project may use that Retake records. */
export interface Library {
  /** As it is called in messages. */
  readonly name: string
  /** Packages by which it is recognised. */
  readonly packages: readonly string[]
  /** The package that records it. */
  readonly recorder: string
  /** Major versions that the recorder works with, from and to. */
  readonly majors: readonly [from: number, to: number]
  /** Kinds of events of which sessions of it have at least one. */
  readonly kinds?: readonly EventKind[]
}

const ANY = Number.POSITIVE_INFINITY

/** All that Retake records by a package of its own. */
export const LIBRARIES: readonly Library[] = [
  { name: 'express', packages: ['express'], recorder: '@retake/express', majors: [5, 5] },
  { name: 'hono', packages: ['hono'], recorder: '@retake/hono', majors: [4, ANY] },
  {
    name: 'langchain',
    packages: ['langchain', '@langchain/core'],
    recorder: '@retake/langchain',
    majors: [0, 1],
    kinds: ['llm', 'embedding', 'retrieval'],
  },
  {
    name: 'ai',
    packages: ['ai'],
    recorder: '@retake/ai-sdk',
    majors: [5, 7],
    kinds: ['llm', 'embedding', 'rerank'],
  },
  {
    name: 'openai',
    packages: ['openai'],
    recorder: '@retake/fetch',
    majors: [0, ANY],
    kinds: ['llm', 'http', 'embedding'],
  },
  {
    name: 'anthropic',
    packages: ['@anthropic-ai/sdk'],
    recorder: '@retake/fetch',
    majors: [0, ANY],
    kinds: ['llm', 'http'],
  },
  { name: 'vitest', packages: ['vitest'], recorder: '@retake/vitest', majors: [4, ANY] },
]

/** Why a version of a library, or a range of versions, cannot be recorded. */
export function versionProblem(
  { recorder, majors: [from, to] }: Library,
  name: string,
  range: string,
): string | undefined {
  const major = majorOf(range)
  if (major === undefined || (major >= from && major <= to)) return undefined
  const upTo = to === ANY ? `${from} or newer` : `${from} to ${to}`
  const wanted = from === to ? from : upTo
  const is = major < from ? 'old' : 'new'
  return `${name} ${major} is too ${is} for ${recorder}, which works with ${wanted}`
}

/** The major version that a range or a version begins with: 5 of `^5.1.0`. */
function majorOf(range: string): number | undefined {
  const [, major] = /(\d+)(?:\.|$|\s|-)/.exec(range) ?? []
  return major === undefined ? undefined : Number(major)
}
