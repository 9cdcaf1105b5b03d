import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import type { Sdk } from './line.ts'
import type { Major } from './majors.ts'

/** Ways in which a tool tells how far it has got. */
export const TELLINGS = [
  'at once',
  'between waits',
  'transient',
  'many',
  'after its end',
  'merges an agent',
  'merges an agent, and ends before it',
  'by callbacks of an agent',
  'as a generator',
  'and fails, with what it merged',
  'not at all',
] as const
export type Telling = (typeof TELLINGS)[number]

/** A whole number from 0, below the limit. The same ones for the same seed. */
export type Pick = (limit: number) => number

export function createPick(seed: number): Pick {
  let state = (seed * 2_654_435_761) % 2 ** 32
  return (limit) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * limit)
  }
}

export interface AgentOptions {
  readonly ai: Sdk
  readonly major: Major
  readonly pick: Pick
  /** One tool each, called at the same time. */
  readonly tellings: readonly Telling[]
  /** Told each time a tool runs, or a model is asked. */
  readonly onRun: () => void
  /** How deep agents call agents. */
  readonly depth: number
}

/** The events of an agent whose tools write to the stream of the user interface, as they are sent. */
export async function emittingAgent(options: AgentOptions): Promise<string> {
  const stream = emittingStream(options)
  return options.ai.createUIMessageStreamResponse({ stream }).text()
}

/** The stream of the user interface to which the tools of an agent write. */
export function emittingStream(options: AgentOptions): ReturnType<Sdk['createUIMessageStream']> {
  const { ai, tellings } = options
  return ai.createUIMessageStream({
    onError: (error) => `failed: ${(error as Error).message}`,
    async execute({ writer }) {
      writer.write({ type: 'data-hello', data: 1, transient: true })
      const result = ai.streamText({
        ...agentOf(options, { id: 'outer', tellings, writer }),
        onStepFinish: ({ text }) => writer.write({ type: 'data-step', data: text }),
      })
      writer.merge(result.toUIMessageStream())
      await Promise.resolve(result.text).catch(() => {})
      writer.write({ type: 'data-bye', data: 2 })
    },
  })
}

type Writer = Parameters<Parameters<Sdk['createUIMessageStream']>[0]['execute']>[0]['writer']

type AgentSettings = Parameters<Sdk['streamText']>[0]

interface Agent {
  readonly id: string
  readonly tellings: readonly Telling[]
  readonly writer: Writer
}

// Tools are made here, whose types nobody knows.
function agentOf(options: AgentOptions, { id, tellings, writer }: Agent): AgentSettings {
  const { ai } = options
  const names = tellings.map((_telling, index) => `tool${index}`)
  const tools = tellings.map((telling) => toolOf(options, telling, writer))
  return {
    model: modelOf(options, id, names),
    prompt: 'go',
    tools: Object.fromEntries(names.map((name, index) => [name, tools[index]])),
    stopWhen: ai.stepCountIs(3),
    onError() {},
  } as never
}

// What a provider of each major gives: usage and reasons have another shape from 6 on.
function finishPart(major: Major, reason: string) {
  const isFlat = major === 5
  const usage = isFlat
    ? { inputTokens: 1, outputTokens: 1, totalTokens: 2 }
    : {
        inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
        outputTokens: { total: 1, text: 1, reasoning: 0 },
      }
  return { type: 'finish', usage, finishReason: isFlat ? reason : { unified: reason, raw: reason } }
}

/** A model that calls all tools in its first step, and says something in each. */
function modelOf({ major, pick, onRun }: AgentOptions, id: string, tools: readonly string[]) {
  let asked = 0
  return {
    specificationVersion: { 5: 'v2', 6: 'v3', 7: 'v4' }[major],
    provider: 'test',
    modelId: id,
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('Not asked for.')),
    async doStream() {
      onRun()
      const step = asked++
      const calls = step === 0 ? tools : []
      const parts: object[] = [
        { type: 'stream-start', warnings: [] },
        { type: 'text-start', id: 't' },
        ...Array.from({ length: 1 + pick(4) }, (_, index) => {
          return { type: 'text-delta', id: 't', delta: `${id} ${step}.${index} ` }
        }),
        { type: 'text-end', id: 't' },
        ...calls.map((toolName) => {
          return {
            type: 'tool-call',
            toolCallId: `${id}-${toolName}`,
            toolName,
            input: '{"q":"x"}',
          }
        }),
        finishPart(major, calls.length > 0 ? 'tool-calls' : 'stop'),
      ]
      const stream = new ReadableStream(
        {
          async pull(controller) {
            if (pick(3) > 0) await pause(pick(4))
            const part = parts.shift()
            if (part) controller.enqueue(part)
            else controller.close()
          },
        },
        { highWaterMark: 0 },
      )
      return { stream }
    },
  }
}

function toolOf(options: AgentOptions, telling: Telling, writer: Writer) {
  const { ai, onRun } = options
  const run = RUNS[telling]
  return ai.tool({
    description: telling,
    inputSchema: z.object({ q: z.string() }),
    execute: (_input: unknown, { toolCallId }: { toolCallId: string }) => {
      onRun()
      return run({ ...options, id: toolCallId, writer })
    },
  })
}

interface Run extends AgentOptions {
  readonly id: string
  readonly writer: Writer
}

function note({ writer }: Run, id: string, more: object = {}): void {
  // No two runs write the same.
  writer.write({ type: 'data-note', id, data: { at: Math.random() }, ...more })
}

const wait = ({ pick }: Run) => pause(pick(5))

function inner(run: Run, callbacks: object = {}) {
  const { ai, id, depth, pick, writer } = run
  const own = TELLINGS[pick(TELLINGS.length)] as Telling
  const tellings = depth > 0 ? [own] : []
  const options = { ...run, depth: depth - 1 }
  return ai.streamText({ ...agentOf(options, { id, tellings, writer }), ...callbacks })
}

const RUNS: Readonly<Record<Telling, (run: Run) => unknown>> = {
  'at once': (run) => {
    note(run, run.id)
    return 'done'
  },
  async 'between waits'(run) {
    await wait(run)
    note(run, run.id)
    await wait(run)
    note(run, run.id)
    return 'done'
  },
  async transient(run) {
    note(run, run.id, { transient: true })
    await wait(run)
    return 'done'
  },
  async many(run) {
    for (let index = 0; index < 5; index++) {
      if (run.pick(2) === 0) await wait(run)
      note(run, `${run.id}.${index}`)
    }
    return 'done'
  },
  'after its end': (run) => {
    void pause(1 + run.pick(8)).then(() => note(run, run.id))
    return 'done'
  },
  async 'merges an agent'(run) {
    const result = inner(run)
    run.writer.merge(result.toUIMessageStream({ sendStart: run.pick(2) === 0 }))
    return result.text
  },
  'merges an agent, and ends before it': (run) => {
    run.writer.merge(inner(run).toUIMessageStream())
    return 'done'
  },
  async 'by callbacks of an agent'(run) {
    const result = inner(run, {
      onStepFinish: () => note(run, `${run.id}.step`),
      onFinish: () => note(run, `${run.id}.finish`),
      onChunk: () => note(run, `${run.id}.chunk`, { transient: true }),
    })
    return result.text
  },
  async *'as a generator'(run) {
    for (let index = 0; index < 3; index++) {
      if (run.pick(2) === 0) await wait(run)
      note(run, `${run.id}.${index}`)
      yield { index }
    }
  },
  async 'and fails, with what it merged'(run) {
    note(run, run.id)
    await wait(run)
    const failing = new ReadableStream({
      pull: (controller) => controller.error(new Error('The merged stream failed.')),
    })
    run.writer.merge(failing as never)
    throw new Error('The tool failed.')
  },
  async 'not at all'(run) {
    await wait(run)
    return 'done'
  },
}
