import { describe, expect, it } from 'vitest'
import { answerHints, answerLines } from './answer-lines.ts'
import type { AnswerDifference, ReportedAnswer } from './answer-report.ts'

const SERVED = [
  { kind: 'tool', name: 'search' },
  { kind: 'retrieval', name: 'docs' },
] as const

function answer(
  differences: readonly AnswerDifference[],
  others: Partial<ReportedAnswer> = {},
): ReportedAnswer {
  return { differences, notCompared: [], redacted: [], served: [], ...others }
}

function at(path: string, madeAnew?: AnswerDifference['madeAnew']): AnswerDifference {
  return { path, recorded: '1', now: undefined, ...(madeAnew && { madeAnew }) }
}

describe('what is said of an answer', () => {
  it('names places, what would give them again, and what could not be compared', () => {
    const found = answer([at('body.at', 'date'), at('body.by', 'date'), at('body.id', 'uuid')], {
      notCompared: [{ path: 'body.key', why: 'it was not kept' }],
    })

    expect(answerLines(found, '  ')).toEqual([
      '  answer   body.at  recorded 1  now (absent)',
      '           body.by  recorded 1  now (absent)',
      '           body.id  recorded 1  now (absent)',
      "  hint     differs in body.at, body.by: a date near the replay's start; `virtualize: ['date']` gives it again",
      "  hint     differs in body.id: a UUID; `virtualize: ['uuid']` gives it again",
      '  unknown  body.key could not be compared: it was not kept',
    ])
  })

  it('names what was served where nothing else explains a difference', () => {
    const [tools, others] = answerHints(answer([at('body.sources')], { served: SERVED }))

    expect(tools).toMatch(/^tools=live, which runs the tools that were served: search\. /)
    expect(others).toMatch(/^another look at what was served: retrieval docs\. /)
    expect(answerHints(answer([at('body.at', 'date')], { served: SERVED }))).toHaveLength(1)
  })

  it('tells how to leave a place out where there is no cause to be seen', () => {
    expect(answerHints(answer([at('body.n')]))).toEqual([
      "ignore: ['body.n'] where the app makes it anew each time",
    ])
    expect(answerHints(answer([]))).toEqual([])
  })
})
