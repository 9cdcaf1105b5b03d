import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { RetakeCallbackHandler } from '@retake/langchain'
import { createAgent, tool } from 'langchain'
import { checkPolicy, lookUpOrder, prompt, question } from './shop.ts'
import { toolForms } from './tool-forms.ts'

// Constructed once, it sees to every session; it is handed to nobody.
void new RetakeCallbackHandler()

const { order, policy } = toolForms

const tools = [
  tool(lookUpOrder, {
    name: 'lookUpOrder',
    description: order.description,
    schema: order.input,
  }),
  tool(checkPolicy, {
    name: 'checkPolicy',
    description: policy.description,
    schema: policy.input,
  }),
]

/** The same agent on LangChain. Answers in the pieces in which the model does. */
export async function* decideRefundByLangChain(
  model: BaseChatModel,
  orderId: string,
): AsyncGenerator<string> {
  const agent = createAgent({ model, tools, systemPrompt: prompt.instructions })
  const messages = [{ role: 'user', content: question(orderId) }]
  const stream = await agent.stream({ messages }, { streamMode: 'messages' })
  for await (const [message] of stream) if (message.type === 'ai') yield message.text
}
