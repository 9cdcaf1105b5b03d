import { randomBytes } from 'node:crypto'
import { randomWords } from '../random.ts'
import { bodyReply, jsonReply, type Reply } from '../reply.ts'

const MP3_FRAME_HEADER = Buffer.from([0xff, 0xfb, 0x90, 0])
const WORD_SECONDS = 0.4

/** OpenAI speech: an MP3 by its first bytes only. */
export function replyWithSpeech(): Reply {
  return bodyReply('audio/mpeg', Buffer.concat([MP3_FRAME_HEADER, randomBytes(256)]))
}

/** OpenAI transcription in its verbose form, whatever the audio says. */
export function replyWithTranscription(): Reply {
  const text = randomWords(5)
  const words = text.split(' ').map((word, index) => ({
    word,
    start: index * WORD_SECONDS,
    end: (index + 1) * WORD_SECONDS,
  }))
  const duration = words.length * WORD_SECONDS
  return jsonReply({ task: 'transcribe', language: 'english', duration, text, words })
}
