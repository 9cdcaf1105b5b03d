import { randomBytes } from 'node:crypto'
import { randomNumber, randomSentence } from '../random.ts'
import { jsonReply, type Reply } from '../reply.ts'

const PNG_SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])

/** OpenAI images: as many as asked for, each a PNG by its first bytes only. */
export function replyWithImages(body: unknown): Reply {
  const { n = 1 } = body as { readonly n?: number }
  const data = Array.from({ length: n }, () => ({
    b64_json: Buffer.concat([PNG_SIGNATURE, randomBytes(64)]).toString('base64'),
    revised_prompt: randomSentence(6),
  }))
  const [input, output] = [randomNumber(5, 50), randomNumber(100, 400)]
  const usage = { input_tokens: input, output_tokens: output, total_tokens: input + output }
  return jsonReply({ created: Math.floor(Date.now() / 1000), data, usage })
}
