import type { CallCodec } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import type { RunManager } from './hook.ts'
import { pack } from './pack.ts'
import { listenTo, playTokens, toToken, type HeardToken, type Token } from './tokens.ts'
import { unpack } from './unpack.ts'

/** Records the answer of a model that is given as a whole, with the callbacks that were made meanwhile. */
export function createAnswerCodec(runManager: RunManager | undefined, classes: Classes): CallCodec {
  const heard: HeardToken[] = []
  const stopListening = listenTo(runManager, (token) => void heard.push(token))
  const packOne = (value: unknown) => pack(value, classes)
  const unpackOne = (packed: unknown) => unpack(packed, classes)
  return {
    pack(answer) {
      stopListening()
      const packed = packOne(answer)
      const tokens = heard.map((token) => toToken(token, {}, packOne))
      return tokens.length > 0 ? { ...(packed as object), tokens } : packed
    },
    async unpack(stored) {
      const { tokens = [], ...packed } = stored as { tokens?: readonly Token[] }
      await playTokens(runManager, tokens, {}, unpackOne)
      return unpackOne(packed)
    },
  }
}
