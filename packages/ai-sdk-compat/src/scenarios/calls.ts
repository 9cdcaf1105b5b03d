import { z } from 'zod'
import type { Kit } from '../kit.ts'
import { collect, QUESTION, type Scenario } from '../scenario.ts'
import { inSteps } from './in-steps.ts'
import { createRerankModel } from './rerank-model.ts'

const weatherSchema = z.object({ city: z.string(), degrees: z.number() })

// Both names of the switch: it moved in the newest major.
const RAW_CHUNKS = { includeRawChunks: true, include: { rawChunks: true } }

type Connect = (kit: Kit) => ReturnType<Kit['openai']['chat']>

const MODELS: Readonly<Record<string, Connect>> = {
  'OpenAI Responses': ({ openai }) => openai.responses('gpt-5'),
  'OpenAI chat': ({ openai }) => openai.chat('gpt-5'),
  Anthropic: ({ anthropic }) => anthropic('claude-sonnet-4-5'),
  'an OpenAI-compatible provider': ({ compatible }) => compatible('acme-1'),
}

function withEachModel(
  calls: number,
  describe: (model: string) => string,
  run: (kit: Kit, model: ReturnType<Connect>) => Promise<unknown>,
): readonly Scenario[] {
  return Object.entries(MODELS).map(([name, connect]) => ({
    name: describe(name),
    isSeenByTelemetry: true,
    calls,
    runs: calls - 1,
    run: (kit) => run(kit, connect(kit)),
  }))
}

const LANGUAGE: readonly Scenario[] = [
  ...withEachModel(
    1,
    (model) => `generateText with ${model}`,
    async ({ ai }, model) => {
      const { text, steps, response, totalUsage } = await ai.generateText({
        model,
        prompt: QUESTION,
      })
      return { text, steps, response, totalUsage }
    },
  ),
  ...withEachModel(
    2,
    (model) => `generateText with a tool and ${model}`,
    async (kit, model) => {
      const { text, steps, response } = await kit.ai.generateText({ model, ...inSteps(kit) })
      return { text, steps, response }
    },
  ),
  ...withEachModel(
    2,
    (model) => `all parts of streamText with a tool and ${model}`,
    async (kit, model) => {
      const result = kit.ai.streamText({ model, ...RAW_CHUNKS, ...inSteps(kit) })
      return collect(result.fullStream)
    },
  ),
  ...withEachModel(
    2,
    (model) => `the UI messages of streamText with a tool and ${model}`,
    async (kit, model) => {
      const { generateId: generateMessageId } = kit.ai
      const result = kit.ai.streamText({ model, ...inSteps(kit) })
      return collect(result.toUIMessageStream({ generateMessageId }))
    },
  ),
  {
    name: 'the promises of streamText',
    isSeenByTelemetry: true,
    calls: 2,
    runs: 1,
    async run(kit) {
      const result = kit.ai.streamText({ model: kit.openai('gpt-5'), ...inSteps(kit) })
      const { text, steps, totalUsage, response } = result
      return Promise.all([text, steps, totalUsage, response])
    },
  },
  {
    name: 'parallel streams, two of them alike',
    isSeenByTelemetry: true,
    calls: 6,
    runs: 3,
    async run(kit) {
      const model = kit.openai.chat('gpt-5')
      const ask = (prompt: string) =>
        collect(kit.ai.streamText({ model, ...inSteps(kit), prompt }).fullStream)
      return Promise.all([ask(QUESTION), ask(QUESTION), ask('And in Rome?')])
    },
  },
]

const AGENTS: readonly Scenario[] = [
  {
    name: 'an agent that generates',
    isSeenByTelemetry: true,
    calls: 2,
    runs: 1,
    async run(kit) {
      const { prompt, ...settings } = inSteps(kit)
      const agent = new kit.ai.ToolLoopAgent({ model: kit.openai('gpt-5'), ...settings })
      const { text, steps } = await agent.generate({ prompt })
      return { text, steps }
    },
  },
  {
    name: 'an agent that streams',
    isSeenByTelemetry: true,
    calls: 2,
    runs: 1,
    async run(kit) {
      const { prompt, ...settings } = inSteps(kit)
      const agent = new kit.ai.ToolLoopAgent({ model: kit.openai('gpt-5'), ...settings })
      return collect((await agent.stream({ prompt })).fullStream)
    },
  },
  {
    name: 'an agent whose prepareStep changes the model',
    isSeenByTelemetry: true,
    calls: 2,
    runs: 1,
    async run(kit) {
      const { prompt, ...settings } = inSteps(kit)
      const agent = new kit.ai.ToolLoopAgent({
        model: kit.openai('gpt-5'),
        ...settings,
        prepareStep: ({ stepNumber }) =>
          stepNumber === 1 ? { model: kit.openai('gpt-5-nano') } : {},
      })
      const { text, steps } = await agent.generate({ prompt })
      return { text, steps }
    },
  },
]

const OBJECTS: readonly Scenario[] = [
  {
    name: 'generateObject',
    calls: 1,
    async run({ ai, openai }) {
      const options = { model: openai('gpt-5'), schema: weatherSchema, prompt: QUESTION }
      const { object, response, usage } = await ai.generateObject(options)
      return { object, response, usage }
    },
  },
  {
    name: 'streamObject',
    calls: 1,
    async run({ ai, openai }) {
      const options = { model: openai('gpt-5'), schema: weatherSchema, prompt: QUESTION }
      const result = ai.streamObject(options)
      return { parts: await collect(result.fullStream), object: await result.object }
    },
  },
  {
    name: 'Output.object of generateText',
    isSeenByTelemetry: true,
    calls: 1,
    async run({ ai, major, openai }) {
      const output = outputOf(major, ai.Output.object({ schema: weatherSchema }))
      const options = { model: openai('gpt-5'), ...output, prompt: QUESTION }
      const result = await ai.generateText(options)
      return { text: result.text, object: wholeOutput(result) }
    },
  },
  {
    name: 'Output.object of streamText',
    isSeenByTelemetry: true,
    calls: 1,
    async run({ ai, major, openai }) {
      const output = outputOf(major, ai.Output.object({ schema: weatherSchema }))
      const result = ai.streamText({ model: openai('gpt-5'), ...output, prompt: QUESTION })
      const name = major === 5 ? 'experimental_partialOutputStream' : 'partialOutputStream'
      const partial = Reflect.get(result, name) as AsyncIterable<unknown>
      return { partial: await collect(partial), text: await result.text }
    },
  },
]

// The option has its name since 6.
function outputOf(major: number, output: object): object {
  return major === 5 ? { experimental_output: output } : { output }
}

function wholeOutput(result: object): unknown {
  return Reflect.get(result, 'output') ?? Reflect.get(result, 'experimental_output')
}

const OTHERS: readonly Scenario[] = [
  {
    name: 'embed',
    calls: 1,
    run: ({ ai, openai }) => ai.embed({ model: embeddingOf(openai), value: 'sun' }),
  },
  {
    name: 'embedMany',
    calls: 1,
    run: ({ ai, openai }) => ai.embedMany({ model: embeddingOf(openai), values: ['rain', 'snow'] }),
  },
  {
    name: 'rerank',
    since: 6,
    calls: 1,
    run(kit) {
      const { ai, model } = kit
      const reranker = model(createRerankModel(kit))
      return ai.rerank({ model: reranker, query: 'rain', documents: ['sun', 'rain'] })
    },
  },
  {
    name: 'generateImage',
    calls: 1,
    async run({ ai, openai }) {
      const model = openai.image('gpt-image-1')
      const { image, responses } = await ai.generateImage({ model, prompt: 'a cat' })
      return { bytes: image.uint8Array, type: image.mediaType, responses }
    },
  },
  {
    name: 'generateSpeech',
    calls: 1,
    async run({ ai, openai }) {
      const model = openai.speech('tts-1')
      const { audio, responses } = await ai.generateSpeech({ model, text: 'Good morning' })
      return { bytes: audio.uint8Array, type: audio.mediaType, responses }
    },
  },
  {
    name: 'transcribe',
    calls: 1,
    async run({ ai, openai }) {
      const model = openai.transcription('whisper-1')
      const audio = Uint8Array.of(82, 73, 70, 70, 0, 0, 0, 0, 87, 65, 86, 69)
      const { text, segments, responses } = await ai.transcribe({ model, audio })
      return { text, segments, responses }
    },
  },
]

function embeddingOf(openai: Kit['openai']) {
  return openai.textEmbeddingModel('text-embedding-3-small')
}

/** One of each kind of call. */
export const CALLS: readonly Scenario[] = [...LANGUAGE, ...AGENTS, ...OBJECTS, ...OTHERS]
