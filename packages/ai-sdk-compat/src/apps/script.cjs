// The same in CommonJS, and with an import besides: both give a copy of the SDK that is recorded.
const { createOpenAI } = require('@ai-sdk/openai')
const { createRetake } = require('@retake/core')
const { generateText, stepCountIs, tool } = require('ai')
const { z } = require('zod')

const openai = createOpenAI()
let runs = 0

const weather = tool({
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `${++runs} degrees in ${city}`,
})

async function answer() {
  const prompt = 'What is the weather in Oslo?'
  const model = openai.chat('gpt-5')
  const stopWhen = stepCountIs(4)
  const { text, steps } = await generateText({ model, tools: { weather }, stopWhen, prompt })
  const imported = await import('ai')
  const again = await imported.generateText({ model, prompt })
  return { text, reasons: steps.map(({ finishReason }) => finishReason), again: again.text }
}

async function main() {
  const retake = createRetake({ log: false })
  const { RECORDING } = process.env
  const result = RECORDING
    ? await retake.replay(RECORDING, async () => ({ ...(await answer()) }))
    : await retake.session(async ({ id }) => ({ id, ...(await answer()) }))
  process.stdout.write(JSON.stringify({ ...result, runs }))
}

void main()
