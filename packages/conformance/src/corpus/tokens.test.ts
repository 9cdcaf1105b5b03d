import { type CorpusFile } from '@retake/loopback-provider'
import type { EventRecord, Usage } from '@retake/core'
import { callsOf } from '@retake/testing'
import { expect } from 'vitest'
import { printFigures } from '../figures.ts'
import { createTestRetake, loadSession, recordEnding } from '../lab.ts'
import { verifies } from '../verifies.ts'
import { prepareCall } from './corpus-call.ts'
import { CORPUS } from './files.ts'
import { readerOf } from './readers.ts'

/** Whose tokens a request does not tell: by no path that is known, or in a form of their own. */
const UNTOLD = ['amazon-bedrock/src', 'cohere/src', 'google/src/interactions', 'openai/src/image']

/** Their package gives the stream up before it tells what was used. */
const GIVEN_UP = ['spliced-message-start.chunks.txt', 'made-anthropic-overloaded.chunks.txt']

// What stands in for hosts of one's own.
const OWN_HOSTS = ['acme.test', 'lmstudio.test']

/** The last call that a package makes to get an answer, as it is recorded at a layer. */
async function recordCall(
  file: CorpusFile,
  layer: 'sdk' | 'http',
): Promise<EventRecord | undefined> {
  const reader = readerOf(file)
  if (reader === undefined) return undefined
  const retake = createTestRetake()
  const { provider, make } = await prepareCall(file, reader, layer)
  const { id } = await recordEnding(retake, () => make())
  await provider.close()
  return callsOf(await loadSession(retake, id)).at(-1)
}

// Packages tell as zero what a provider does not tell.
function toldIn({ usage }: EventRecord): Usage | undefined {
  const zero = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0 }
  return usage && { ...zero, ...usage }
}

verifies('corpus:tokens', async () => {
  let told = 0
  const untold = new Set<string>()
  for (const file of CORPUS) {
    const bySdk = await recordCall(file, 'sdk')
    const byHttp = await recordCall(file, 'http')
    if (bySdk === undefined || byHttp === undefined || GIVEN_UP.includes(file.name)) continue
    const { model, provider = '' } = byHttp
    if (model === undefined) {
      if (bySdk.usage) untold.add(file.reader)
      continue
    }
    expect({ file: file.path, model, usage: toldIn(byHttp) }).toEqual({
      file: file.path,
      model: bySdk.model,
      usage: toldIn(bySdk),
    })
    if (!OWN_HOSTS.includes(provider)) expect(bySdk.provider?.split('.')[0]).toBe(provider)
    if (bySdk.usage) told++
  }

  printFigures(`corpus: tokens of ${told} answers are read from HTTP as their packages read them`)
  expect([...untold].toSorted()).toEqual(UNTOLD)
})
