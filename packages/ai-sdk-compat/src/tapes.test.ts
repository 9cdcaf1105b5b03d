import { hasSharedCorpus } from '@retake/loopback-provider'
import { describe, expect, it } from 'vitest'
import { LINES, MAJORS, type Major } from './majors.ts'
import { meaningOf } from './meaning.ts'
import { record, replay } from './rehearse.ts'
import { FUNCTIONS } from './routes.ts'
import { isIn, type Scenario } from './scenario.ts'
import { CALLS } from './scenarios/calls.ts'
import { PROVIDER_EXECUTED } from './scenarios/corpus.ts'
import { TOOLS } from './scenarios/tools.ts'
import { createWireTape } from './wire-tape.ts'

/** Why a recording of one major is refused to another. */
interface Refusal {
  readonly scenario: RegExp
  readonly code: 'REPLAY_MISS' | 'REPLAY_NO_SNAPSHOTS'
  readonly reason: string
  readonly isOf: (from: Major, to: Major) => boolean
}

const isBetween5AndLater = (from: Major, to: Major) => (from === 5) !== (to === 5)
const isBetween7AndEarlier = (from: Major, to: Major) => (from === 7) !== (to === 7)

// Whatever is not told here is served.
const REFUSALS: readonly Refusal[] = [
  {
    // 5 does not send the id of an item of OpenAI along with the call of a tool that was not streamed.
    scenario: /^generateText with a tool and OpenAI Responses$|^an agent (?:that generates|whose)/,
    code: 'REPLAY_MISS',
    reason: 'providerOptions.openai.itemId',
    isOf: isBetween5AndLater,
  },
  {
    // Up to 6 the model is told the message of an error, from 7 on its name as well.
    scenario: /^a tool that (?:throws an error|throws at once|fails after)/,
    code: 'REPLAY_MISS',
    reason: 'output.value',
    isOf: isBetween7AndEarlier,
  },
  {
    scenario: /stream.* Anthropic$|^a (?:real|made) stream, anthropic/,
    code: 'REPLAY_NO_SNAPSHOTS',
    reason: 'a part of type custom',
    isOf: (from, to) => from === 7 && to < 7,
  },
  {
    scenario: /mcp-tool-approval.3$|openai-mcp-approval$/,
    code: 'REPLAY_NO_SNAPSHOTS',
    reason: 'a part of type tool-approval-request',
    isOf: (from, to) => from > 5 && to === 5,
  },
]

// Calls that go out at the same time may come back in another order, an abort has a time of its own, and the
// package of 5 does not know the shell of OpenAI.
const IN_ORDER = [...CALLS, ...TOOLS, ...PROVIDER_EXECUTED].filter(
  ({ name }) => !/parallel|aborted|shell/.test(name),
)

const PAIRS = MAJORS.flatMap((from) =>
  MAJORS.filter((to) => to !== from).map((to) => ({ from, to })),
)

function produce(scenario: Scenario, major: Major) {
  return { scenario, major, line: LINES[major], route: FUNCTIONS }
}

describe.skipIf(!hasSharedCorpus)('recorded streams of real providers, in ../shared/corpus', () => {
  it('are among the scenarios', () => {
    expect(IN_ORDER.filter(({ name }) => name.startsWith('a real stream'))).toHaveLength(8)
  })
})

describe.each(PAIRS)('a recording of AI SDK $from, replayed by $to', ({ from, to }) => {
  const isInBoth = (scenario: Scenario) => isIn(from, scenario) && isIn(to, scenario)
  const findRefusal = ({ name }: Scenario) =>
    REFUSALS.find(({ scenario, isOf }) => isOf(from, to) && scenario.test(name))
  const scenarios = IN_ORDER.filter(isInBoth)
  const served = scenarios.filter((scenario) => findRefusal(scenario) === undefined)
  const refused = scenarios.filter((scenario) => findRefusal(scenario) !== undefined)

  const ofProvider = served.filter((scenario) => PROVIDER_EXECUTED.includes(scenario))
  const ofApp = served.filter((scenario) => !PROVIDER_EXECUTED.includes(scenario))

  it.each(ofProvider)('says what was recorded: $name', async (scenario) => {
    const recorded = await record(produce(scenario, from))

    const replayed = await replay(produce(scenario, to), recorded.session)

    // What these streams say is told otherwise by the package of each major, so a live run would not say it.
    expect(replayed.calls).toBe(0)
    expect(meaningOf(replayed.result, { hasUsage: true })).toStrictEqual(
      meaningOf(recorded.result, { hasUsage: true }),
    )
  })

  it.each(ofApp)('says what a live run says: $name', async (scenario) => {
    const wire = createWireTape()
    const recorded = await record(produce(scenario, from), { fetch: wire.record })
    const live = await record(produce(scenario, to), { fetch: wire.play })

    const replayed = await replay(produce(scenario, to), recorded.session)

    // Packages of Anthropic count cached tokens apart up to 5, and within the input since.
    const hasUsage = !/Anthropic/.test(scenario.name)
    expect({ calls: replayed.calls, runs: replayed.runs }).toStrictEqual({ calls: 0, runs: 0 })
    expect(meaningOf(replayed.result, { hasUsage })).toStrictEqual(
      meaningOf(live.result, { hasUsage }),
    )
  })

  it.each(refused)('is refused, with the reason: $name', async (scenario) => {
    const { code, reason } = findRefusal(scenario) as Refusal
    const recorded = await record(produce(scenario, from))

    await expect(replay(produce(scenario, to), recorded.session)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason),
    })
  })
})
