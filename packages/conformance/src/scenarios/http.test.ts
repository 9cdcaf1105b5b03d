import type { Retake } from '@retake/core'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { sendRequest, type HttpAnswer } from '@retake/testing'
import { expect } from 'vitest'
import { createTestRetake, loadSession, replay, throughCassette } from '../lab.ts'
import { startAgent, type SdkAgent } from '../sdk-agent.ts'
import { FRAMEWORKS, serving } from '../servers.ts'
import { inDirectory } from '../stores.ts'
import { verifies } from '../verifies.ts'

const QUESTION = 'What is the weather in Oslo?'

type Framework = (typeof FRAMEWORKS)[string]

/** Serves the agent from a folder, as a process of its own would, and sends one request. */
async function request(
  framework: Framework,
  { agent, directory }: { agent: SdkAgent; directory: string },
  { path = '/answer', replayOf }: { path?: string; replayOf?: string | undefined } = {},
): Promise<HttpAnswer & { readonly id: string; readonly retake: Retake }> {
  const retake = createTestRetake({ store: createDirectoryStore({ directory }) })
  const headers: Record<string, string> = replayOf === undefined ? {} : { 'x-replay': replayOf }
  const answer = await serving(framework(agent, retake), (url) =>
    sendRequest(url, { path, body: { question: QUESTION }, headers }),
  )
  const id = String(answer.headers['x-session-id'])
  await expect.poll(async () => (await loadSession(retake, id)).end).toBeDefined()
  return { ...answer, id, retake }
}

async function withAgent(
  check: (place: { agent: SdkAgent; directory: string }) => Promise<void>,
): Promise<void> {
  const agent = await startAgent()
  try {
    await inDirectory((directory) => check({ agent, directory }))
  } finally {
    await agent.stop()
  }
}

verifies('http:agent', async () => {
  for (const framework of Object.values(FRAMEWORKS)) {
    await withAgent(async (place) => {
      const recorded = await request(framework, place)
      const streamed = await request(framework, place, { path: '/stream' })
      const { calls } = place.agent
      await place.agent.stop()

      const again = await request(framework, place, { replayOf: recorded.id })
      const stream = await request(framework, place, { path: '/stream', replayOf: streamed.id })

      expect(again).toMatchObject({ status: 200, body: recorded.body })
      expect(again.headers).toMatchObject({ 'x-replay-of': recorded.id, 'x-replay-status': 'ok' })
      expect(stream).toMatchObject({ status: 200, body: streamed.body, isWhole: true })
      expect(streamed.body.length).toBeGreaterThan(0)
      expect(place.agent.calls).toBe(calls)
    })
  }
})

verifies('http:other-server', async () => {
  await withAgent(async (place) => {
    const { express, hono, fetch } = FRAMEWORKS as Record<'express' | 'hono' | 'fetch', Framework>
    const recorded = await request(express, place)
    await place.agent.stop()

    for (const framework of [hono, fetch]) {
      const again = await request(framework, place, { replayOf: `${recorded.id};match=strict` })
      expect(again).toMatchObject({ status: 200, body: recorded.body })
    }
  })
})

verifies('http:test', async () => {
  await withAgent(async (place) => {
    const recorded = await request(FRAMEWORKS.express!, place)
    await place.agent.stop()

    const cassette = throughCassette(await loadSession(recorded.retake, recorded.id))
    const { ending } = await replay(createTestRetake(), cassette, () =>
      place.agent.answer(QUESTION),
    )

    expect(ending).toEqual({ value: JSON.parse(recorded.body) as unknown })
  })
})
