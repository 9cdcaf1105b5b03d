import { createOpenAI } from '@ai-sdk/openai'
import { createRetake, isRetakeError } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { describe, expect, it } from 'vitest'
import { wrapModel, wrapProvider } from './index.ts'

let asked = 0
const refusing: typeof fetch = async () => {
  asked++
  return Response.json({ error: { message: 'No.' } }, { status: 404 })
}

/** A model with a method that no version of the SDK has so far. */
class Dreamer {
  readonly specificationVersion = 'v9'
  readonly provider = 'acme'
  readonly modelId = 'dream-1'

  async doGenerate(): Promise<object> {
    return { dream: ++asked }
  }

  async doDream(): Promise<object> {
    return { dream: ++asked }
  }

  deeper(): Dreamer {
    return new Dreamer()
  }
}

/** A provider with another provider in it, one that it makes, and one that takes its time. */
function createAcme() {
  const models = { languageModel: () => new Dreamer() }
  return {
    ...models,
    europe: models,
    region: () => models,
    later: async () => new Dreamer(),
    files: () => ({
      specificationVersion: 'v4',
      provider: 'acme.files',
      uploadFile: async () => ({ uploaded: ++asked }),
      limit: () => 10,
    }),
  }
}

async function rehearse(run: () => Promise<unknown>) {
  const logged: string[] = []
  const retake = createRetake({
    store: createMemoryStore(),
    log: (text) => void logged.push(text),
    keepEmpty: true,
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })
  let id = ''
  const live = await retake.session((session) => {
    id = session.id
    return run().catch((error: Error) => error.name)
  })
  const before = asked
  const replayed: unknown = await retake
    .replay(id, () => run().catch((error: Error) => error.name))
    .catch((error: unknown) => error)
  const code = isRetakeError(replayed) ? replayed.code : undefined
  return { live, replayed, code, askedAgain: asked - before, logged }
}

const openai = () => wrapProvider(createOpenAI({ apiKey: 'none', fetch: refusing }))
const acme = () => wrapProvider(createAcme())

describe('what a wrapped provider gives besides models', () => {
  const data = { type: 'data', data: new Uint8Array([1]) } as const
  const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
    'an upload of a file': async () =>
      openai().files().uploadFile({ data, mediaType: 'text/plain' }),
    'an upload of a skill': async () =>
      openai()
        .skills()
        .uploadSkill({ files: [{ path: 'SKILL.md', data }] }),
    'an upload by a provider of objects': async () => acme().files().uploadFile(),
    'a method of a later version': async () => wrapModel(new Dreamer()).doDream(),
    'one of a model that a model gives': async () => wrapModel(new Dreamer()).deeper().doDream(),
  }

  it.each(Object.entries(WAYS))('is refused by a replay before it asks: %s', async (_what, run) => {
    const { code, askedAgain, logged } = await rehearse(run)

    expect({ code, askedAgain }).toEqual({ code: 'REPLAY_ESCAPE', askedAgain: 0 })
    expect(logged.filter((line) => line.includes('is not recorded'))).toHaveLength(1)
  })

  it('runs outside of sessions, and tells what it is', async () => {
    const { files } = acme()

    expect(await files().uploadFile()).toEqual({ uploaded: asked })
    expect(files().limit()).toBe(10)
    expect(await wrapModel(new Dreamer()).doDream()).toEqual({ dream: asked })
  })
})

describe('a model of a wrapped provider', () => {
  const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
    'of a provider within': async () => acme().europe.languageModel().doGenerate(),
    'of one that it makes': async () => acme().region().languageModel().doGenerate(),
    'that takes its time': async () => (await acme().later()).doGenerate(),
    'that a model gives': async () => wrapModel(new Dreamer()).deeper().doGenerate(),
  }

  it.each(Object.entries(WAYS))('is recorded and served: one %s', async (_which, run) => {
    const { live, replayed, askedAgain, logged } = await rehearse(run)

    expect(replayed).toEqual(live)
    expect({ askedAgain, logged }).toEqual({ askedAgain: 0, logged: [] })
  })
})
