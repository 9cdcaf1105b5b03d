import { describe, expect, it } from 'vitest'
import { createRetake, type Retake, type SessionData } from '@retake/core'
import { createMemoryStore } from '@retake/core/stores/memory'
import { wrapAISDK, wrapTools, wrapWriter } from '@retake/ai-sdk'
import { emittingAgent, createPick, TELLINGS, type Telling } from './emitting-agent.ts'
import { LINES, MAJORS, type Major } from './majors.ts'
import type { Sdk } from './line.ts'

function openRetake() {
  const lines: string[] = []
  const retake = createRetake({
    store: createMemoryStore(),
    log: (text) => void lines.push(text),
    environment: { RETAKE_REPLAY_ENABLED: '1' },
  })
  return { retake, lines }
}

/** The SDK as an app has it that wraps its tools, and nothing else. */
function withTools(sdk: Sdk): Sdk {
  const wrapped = (fn: (options: { tools?: object }) => unknown) => (options: { tools?: object }) =>
    fn({ ...options, tools: wrapTools(options.tools ?? {}) })
  return { ...sdk, streamText: wrapped(sdk.streamText as never) as never }
}

async function record<T>(retake: Retake, run: () => Promise<T>) {
  let id = ''
  const result = await retake.session((session) => {
    id = session.id
    return run()
  })
  return { id, result }
}

async function statusOf(
  retake: Retake,
  id: string,
  run: () => Promise<unknown>,
  ignore: readonly string[] = [],
) {
  let replay = ''
  await retake.replay(
    id,
    (session) => {
      replay = session.id
      return run()
    },
    { ignore },
  )
  const { end } = (await retake.store.load(replay)) as SessionData
  return (end?.report as { status?: string } | undefined)?.status
}

function agent(ai: Sdk, major: Major, telling: Telling) {
  const options = { ai, major, tellings: [telling], depth: 0, onRun() {} }
  return () => emittingAgent({ ...options, pick: createPick(7) })
}

const WRITES = TELLINGS.filter((telling) => telling !== 'not at all')

describe.each(MAJORS)('tools whose writer is not wrapped, AI SDK %i', (major) => {
  const sdk = LINES[major].ai

  it.each(WRITES)('are warned of, and their replay is not ok: %s', async (telling) => {
    const { retake, lines } = openRetake()
    const run = agent(withTools(sdk), major, telling)
    const { id } = await record(retake, run)

    const status = await statusOf(retake, id, run)

    expect(lines.join('\n')).toContain('wrapWriter')
    expect(status).toContain('muted=1')
  })

  it('are left alone when they write nothing', async () => {
    const { retake, lines } = openRetake()
    const run = agent(withTools(sdk), major, 'not at all')
    const { id } = await record(retake, run)

    // Where only tools are wrapped, ids of messages are made up anew.
    expect(await statusOf(retake, id, run, ['result'])).toBe('ok')
    expect(lines.join('\n')).not.toContain('wrapWriter')
  })

  it.each(TELLINGS)('are not taken for such when the SDK is wrapped: %s', async (telling) => {
    const { retake, lines } = openRetake()
    const run = agent(wrapAISDK(sdk), major, telling)
    const { id } = await record(retake, run)

    expect(await statusOf(retake, id, run)).toBe('ok')
    expect(lines.join('\n')).not.toContain('wrapWriter')
  })

  it('are served with a writer that is wrapped by hand', async () => {
    const { retake, lines } = openRetake()
    const run = async () => {
      const stream = sdk.createUIMessageStream({
        async execute({ writer: given }) {
          const { writer, end } = wrapWriter(given as never) as unknown as {
            writer: typeof given
            end: () => void
          }
          const tools = wrapTools({
            tell: {
              execute() {
                writer.write({ type: 'data-note', data: Math.random() })
              },
            },
          })
          writer.write({ type: 'data-hello', data: 1 })
          tools.tell.execute()
          writer.write({ type: 'data-bye', data: 2 })
          end()
        },
      })
      return sdk.createUIMessageStreamResponse({ stream }).text()
    }
    const { id, result } = await record(retake, run)

    expect(await retake.replay(id, run)).toBe(result)
    expect(lines.join('\n')).not.toContain('wrapWriter')
  })
})
