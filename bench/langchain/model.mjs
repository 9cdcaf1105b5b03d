import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { AIMessage, AIMessageChunk } from '@langchain/core/messages'
import { ChatGenerationChunk } from '@langchain/core/outputs'

const usage = { input_tokens: 250, output_tokens: 500, total_tokens: 750 }

/** A chat model that answers at once, and streams its answer in chunks. */
export class FakeModel extends BaseChatModel {
  answers
  chunks
  usage
  asked = 0

  constructor({ answers = ['yes'], chunks = 30, usage: told = usage, ...fields } = {}) {
    super(fields)
    this.answers = answers
    this.chunks = chunks
    this.usage = told
  }

  _llmType() {
    return 'fake'
  }

  getLsParams() {
    return { ls_provider: 'fake', ls_model_name: 'fake-1', ls_model_type: 'chat' }
  }

  invocationParams() {
    return { model: 'fake-1', temperature: 0 }
  }

  async _generate() {
    const text = this.#answer()
    const message = new AIMessage({
      content: text,
      usage_metadata: this.usage,
      response_metadata: { model_name: 'fake-1', finish_reason: 'stop' },
    })
    return { generations: [{ text, message }], llmOutput: {} }
  }

  async *_streamResponseChunks(_messages, _options, runManager) {
    const text = this.#answer()
    const size = Math.ceil(text.length / this.chunks)
    for (let at = 0; at < text.length; at += size) {
      const isLast = at + size >= text.length
      const piece = text.slice(at, at + size)
      const chunk = new ChatGenerationChunk({
        text: piece,
        message: new AIMessageChunk({
          content: piece,
          ...(isLast ? { usage_metadata: this.usage } : {}),
        }),
      })
      yield chunk
      await runManager?.handleLLMNewToken(piece, undefined, undefined, undefined, undefined, {
        chunk,
      })
    }
  }

  #answer() {
    return this.answers[this.asked++ % this.answers.length]
  }
}
