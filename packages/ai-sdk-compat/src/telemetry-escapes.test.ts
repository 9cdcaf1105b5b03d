import { retakeTelemetry } from '@retake/ai-sdk'
import type { SessionData } from '@retake/core'
import { callsOf, treeOf } from '@retake/testing'
import type { ModelMessage } from 'ai'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Kit } from './kit.ts'
import { LINES } from './majors.ts'
import { record, replay } from './rehearse.ts'
import { BARE, STAND_INS, type Route } from './routes.ts'
import { collect, QUESTION, type Scenario } from './scenario.ts'
import { inSteps } from './scenarios/in-steps.ts'

LINES[7].ai.registerTelemetry(retakeTelemetry())

function produce(run: (kit: Kit) => Promise<unknown>, route: Route = BARE) {
  const scenario: Scenario = { name: 'one', calls: 0, run }
  return { scenario, major: 7, line: LINES[7], route } as const
}

/** What a replay fails with, and how often tools have run in it. */
async function failureOf(production: ReturnType<typeof produce>, recording: SessionData) {
  let runs = 0
  const run = (kit: Kit) => production.scenario.run({ ...kit, ran: () => ++runs })
  const scenario = { ...production.scenario, run }
  const failure: unknown = await replay({ ...production, scenario }, recording).catch(
    (error: unknown) => error,
  )
  return { code: Reflect.get(failure as object, 'code') as unknown, runs }
}

/** Runs something while no telemetry is registered. */
async function withoutTelemetry<T>(run: () => Promise<T>): Promise<T> {
  const globals = globalThis as { AI_SDK_TELEMETRY_INTEGRATIONS?: unknown }
  const registered = globals.AI_SDK_TELEMETRY_INTEGRATIONS
  globals.AI_SDK_TELEMETRY_INTEGRATIONS = []
  try {
    return await run()
  } finally {
    globals.AI_SDK_TELEMETRY_INTEGRATIONS = registered
  }
}

describe('a call that telemetry is not shown', () => {
  const hidden = { telemetry: { recordInputs: false } }

  it('is refused by a replay before it is made', async () => {
    const production = produce(({ ai, openai }) =>
      ai.generateText({ model: openai('gpt-5'), ...hidden, prompt: QUESTION }),
    )

    const { session } = await record(production)
    const failure = replay(production, session)

    expect(callsOf(session)).toStrictEqual([])
    await expect(failure).rejects.toMatchObject({
      code: 'REPLAY_ESCAPE',
      message: expect.stringContaining('openai.responses/gpt-5, called with recordInputs: false'),
    })
  })

  it('does not run a tool that was approved, in a replay', async () => {
    const production = produce(async (kit) => {
      const { ai, openai, ran } = kit
      const inputSchema = z.object({ city: z.string() })
      const weather = ai.tool({ inputSchema, needsApproval: true, execute: () => ran() })
      const options = { model: openai('gpt-5'), tools: { weather } }
      const messages: ModelMessage[] = [{ role: 'user', content: QUESTION }]
      const { content, response } = await ai.generateText({ ...options, messages })
      const request = content.find(({ type }) => type === 'tool-approval-request')
      const { approvalId } = request as { approvalId: string }
      const answer = { type: 'tool-approval-response' as const, approvalId, approved: true }
      messages.push(...response.messages, { role: 'tool', content: [answer] })
      return ai.generateText({ ...options, ...hidden, messages })
    })

    const { session, runs } = await record(production)

    expect(runs).toBe(1)
    expect(await failureOf(production, session)).toStrictEqual({ code: 'REPLAY_ESCAPE', runs: 0 })
  })
})

describe('a call that has telemetry of its own', () => {
  const own = { telemetry: { integrations: [{ onStart() {} }] } }

  it('fails a replay, since its model has been asked', async () => {
    const production = produce(({ ai, openai }) =>
      ai.generateText({ model: openai('gpt-5'), ...own, prompt: QUESTION }),
    )

    const { session } = await record(production)

    expect(callsOf(session)).toStrictEqual([])
    await expect(replay(production, session)).rejects.toMatchObject({ code: 'REPLAY_ESCAPE' })
  })

  it('is recorded where its model is wrapped, and its tools with it', async () => {
    const route: Route = { ...STAND_INS, tools: BARE.tools }
    const production = produce(async (kit) => {
      const result = kit.ai.streamText({ model: kit.openai('gpt-5'), ...own, ...inSteps(kit) })
      return collect(result.fullStream)
    }, route)

    const live = await record(production)
    const replayed = await replay(production, live.session)

    expect(replayed.result).toStrictEqual(live.result)
    expect({ calls: replayed.calls, runs: replayed.runs }).toStrictEqual({ calls: 0, runs: 0 })
  })
})

describe('a function that telemetry only hears of', () => {
  const FUNCTIONS: Readonly<Record<string, (kit: Kit) => Promise<unknown>>> = {
    embed: ({ ai, openai }) => ai.embed({ model: openai.embeddingModel('small'), value: 'sun' }),
    generateObject: ({ ai, openai }) => {
      const schema = z.object({ degrees: z.number() })
      return ai.generateObject({ model: openai('gpt-5'), schema, prompt: QUESTION })
    },
    generateSpeech: ({ ai, openai }) =>
      ai.generateSpeech({ model: openai.speech('tts-1'), text: 'Good morning' }),
  }

  it.each(Object.entries(FUNCTIONS))('fails a replay: %s', async (name, run) => {
    const { session } = await record(produce(run))

    await expect(replay(produce(run), session)).rejects.toMatchObject({
      code: 'REPLAY_ESCAPE',
      message: expect.stringContaining(name),
    })
  })

  it.each(Object.entries(FUNCTIONS))(
    'is recorded where its model is wrapped: %s',
    async (_name, run) => {
      const production = produce(run, STAND_INS)

      const live = await record(production)
      const replayed = await replay(production, live.session)

      expect(replayed.result).toStrictEqual(live.result)
      expect(replayed.calls).toBe(0)
    },
  )
})

describe('a tool that cannot be changed', () => {
  it('fails a replay that has run it', async () => {
    const production = produce(async (kit) => {
      const { tools, ...options } = inSteps(kit)
      const frozen = Object.fromEntries(
        Object.entries(tools).map(([name, tool]) => [name, Object.freeze({ ...tool })]),
      )
      return kit.ai.generateText({ model: kit.openai('gpt-5'), ...options, tools: frozen })
    })

    const { session } = await record(production)

    expect(await failureOf(production, session)).toMatchObject({ code: 'REPLAY_ESCAPE' })
  })
})

describe('a recording', () => {
  const answer = async (kit: Kit) => {
    const { generateId: generateMessageId } = kit.ai
    const result = kit.ai.streamText({ model: kit.openai('gpt-5'), ...inSteps(kit) })
    return collect(result.toUIMessageStream({ generateMessageId }))
  }

  it('by wrapped models is served to telemetry', async () => {
    const live = await withoutTelemetry(() => record(produce(answer, STAND_INS)))
    const replayed = await replay(produce(answer), live.session)

    expect(replayed.result).toStrictEqual(live.result)
    expect({ calls: replayed.calls, runs: replayed.runs }).toStrictEqual({ calls: 0, runs: 0 })
  })

  it('by telemetry is served to wrapped models', async () => {
    const live = await record(produce(answer))
    const replayed = await withoutTelemetry(() => replay(produce(answer, STAND_INS), live.session))

    expect(replayed.result).toStrictEqual(live.result)
    expect({ calls: replayed.calls, runs: replayed.runs }).toStrictEqual({ calls: 0, runs: 0 })
  })

  it('has a span for each function and each step', async () => {
    const { session } = await record(produce(answer))

    expect(treeOf(session)).toStrictEqual([
      'chain streamText',
      '  chain step',
      '    llm openai.responses/gpt-5',
      '    tool weather',
      '  chain step',
      '    llm openai.responses/gpt-5',
    ])
    const spans = session.events.filter(({ kind }) => kind === 'chain')
    expect(spans.map(({ state }) => state)).toStrictEqual(['ok', 'ok', 'ok'])
  })
})
