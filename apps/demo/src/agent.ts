import { setTimeout as pause } from 'node:timers/promises'
import { wrapTools } from '@retake/ai-sdk'
import {
  isStepCount,
  streamText,
  tool,
  toUIMessageStream,
  type LanguageModel,
  type UIMessageChunk,
} from 'ai'
import { z } from 'zod'
import { whenBegun } from './when-begun.ts'

/** What the agent is told. The handlers read it on each request. */
export const prompt = { instructions: 'Use both tools, then decide.' }

/** How often a tool has really run. */
export const toolRuns = { total: 0 }

// The tools answer otherwise each time, as the model does: what comes again was replayed.

const lookUpOrder = tool({
  description: 'Looks up an order.',
  inputSchema: z.object({ orderId: z.string().regex(/^A-\d+$/) }),
  async execute({ orderId }) {
    toolRuns.total++
    await pause(60)
    return { orderId, price: 249.9, lookedUpAt: new Date().toISOString() }
  },
})

const checkPolicy = tool({
  description: 'Tells for how many days goods can be returned.',
  inputSchema: z.object({ goods: z.enum(['shoes', 'phones', 'books']) }),
  async execute({ goods }) {
    toolRuns.total++
    await pause(30)
    return { goods, days: Math.floor(Math.random() * 60) }
  },
})

const tools = wrapTools({ lookUpOrder, checkPolicy })

/** Answers as a stream: the model asks for both tools, then decides. */
export async function decideRefund(
  model: LanguageModel,
  orderId: string,
): Promise<ReadableStream<UIMessageChunk>> {
  const { stream } = streamText({
    model,
    tools,
    instructions: prompt.instructions,
    prompt: `May order ${orderId} be refunded?`,
    stopWhen: isStepCount(5),
    // Errors are thrown, or part of the stream; by default they would be logged too.
    onError() {},
  })
  return toUIMessageStream({ stream: await whenBegun(stream) })
}
