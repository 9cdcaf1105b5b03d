import { currentSession } from '@retake/core'
import { expect, it, vi } from 'vitest'
import { record, type Ask, type Recorder } from './testing/recorder.ts'

// What starts work that the answer does not wait for, once `released` has resolved.
const WORK: Readonly<Record<string, (ask: Ask, released: Promise<void>) => void>> = {
  'that nobody was told of': (ask, released) => void released.then(() => ask('later')),
  'in a timer': (ask, released) => void released.then(() => setTimeout(() => void ask('later'), 1)),
  'given to waitUntil': (ask, released) =>
    currentSession()?.waitUntil(released.then(() => ask('later'))),
}

it.each(Object.entries(WORK))(
  'the verdict is pending, then the same everywhere, where a call follows the answer: %s',
  async (_what, start) => {
    let release = () => {}
    const { url, store, replay } = await record((app, ask) => {
      app.get('/', async (_request, response) => {
        const answer = await ask('now')
        start(ask, new Promise((resolve) => void (release = resolve)))
        response.json({ answer })
      })
    })
    const id = await releasedSession(url, () => release())
    const calls = async (session: string) => (await store.load(session))?.events
    await vi.waitFor(async () => expect(await calls(id)).toMatchObject([{}, { state: 'ok' }]), {
      timeout: 60_000,
    })
    const releasing = setInterval(() => release(), 5)

    const { id: replayed, answer } = await replay({ id }, { path: '/' }, ';match=strict')

    expect(answer.headers['x-replay-status']).toBe('pending')
    await vi.waitFor(
      async () => {
        const end = (await store.load(replayed))?.end
        expect(end).toMatchObject({ report: { status: 'ok', served: 2 }, endState: 'success' })
      },
      { timeout: 60_000 },
    )
    clearInterval(releasing)
  },
)

async function releasedSession(url: Recorder['url'], release: () => void): Promise<string> {
  const response = await fetch(url)
  await response.text()
  release()
  return String(response.headers.get('x-session-id'))
}
