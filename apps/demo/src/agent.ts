import { wrapTools } from '@retake/ai-sdk'
import {
  isStepCount,
  streamText,
  tool,
  toUIMessageStream,
  type LanguageModel,
  type UIMessageChunk,
} from 'ai'
import { checkPolicy, lookUpOrder, prompt, question } from './shop.ts'
import { toolForms } from './tool-forms.ts'
import { whenBegun } from './when-begun.ts'

const { order, policy } = toolForms

const tools = wrapTools({
  lookUpOrder: tool({
    description: order.description,
    inputSchema: order.input,
    execute: lookUpOrder,
  }),
  checkPolicy: tool({
    description: policy.description,
    inputSchema: policy.input,
    execute: checkPolicy,
  }),
})

/** Answers as a stream: the model asks for both tools, then decides. */
export async function decideRefund(
  model: LanguageModel,
  orderId: string,
): Promise<ReadableStream<UIMessageChunk>> {
  const { stream } = streamText({
    model,
    tools,
    instructions: prompt.instructions,
    prompt: question(orderId),
    stopWhen: isStepCount(5),
    // Errors are thrown, or part of the stream; by default they would be logged too.
    onError() {},
  })
  return toUIMessageStream({ stream: await whenBegun(stream) })
}
