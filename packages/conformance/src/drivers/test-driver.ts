import { AsyncResource } from 'node:async_hooks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestRetake } from '../lab.ts'
import {
  callsOf,
  recordSessions,
  replaySessions,
  SESSIONS,
  type Ask,
  type Recorded,
} from './experiment.ts'
import type { RunningServer } from './running-server.ts'
import type { Server } from './servers.ts'

/** How a driver is used, and where the code runs that it gives its answers to. */
export interface Driver<Client> {
  readonly open: (port: number) => Promise<Client>
  readonly close: (client: Client) => unknown
  /** What runs in the scope of the session that has asked. */
  readonly own: Readonly<Record<string, Ask<Client>>>
  /** What runs in the scope of the session that has opened the connection, unless the app binds it to its own. */
  readonly byConnection: Readonly<Record<string, Ask<Client>>>
  /** The same of the session that has given the client back to the pool, where others have waited for it. */
  readonly byQueue: Readonly<Record<string, Ask<Client>>>
}

// A machine that does other work besides is slow.
const START_MS = 120_000

/** A server in tests that are skipped by name where it is not installed. */
export function withServer(
  { name, installed, start }: Server,
  declare: (server: () => RunningServer) => void,
): void {
  const reason = installed ? '' : ` (${name} is not installed)`
  describe.skipIf(!installed)(`drivers of ${name}${reason}`, () => {
    let starting: Promise<RunningServer> | undefined
    let server: RunningServer
    beforeAll(async () => {
      starting = start()
      server = await starting
    }, START_MS)
    afterAll(async () => (await starting)?.stop(), START_MS)
    declare(() => server)
  })
}

/** Holds that no session gets a call of another one, in any way in which the driver answers. */
export function testDriver<Client>(
  name: string,
  server: () => RunningServer,
  driver: Driver<Client>,
): void {
  describe(`driver ${name}`, () => {
    const bound = Object.entries({ ...driver.byConnection, ...driver.byQueue }).map(
      ([form, ask]) => [`${form}, bound`, bind(ask)] as const,
    )
    const firsts = ['open', 'over'] as const
    const cases = [...Object.entries(driver.own), ...bound].flatMap(([form, ask]) =>
      firsts.map((first) => ({ form, ask, first })),
    )

    it.each(cases)('$form: each session has its own calls, the first is $first', async (how) => {
      const retake = createTestRetake()
      const recording = await recordIn(retake, how)

      expect(await callsOf(retake, recording.ids)).toEqual(ownCalls())
      expect(await replaySessions(retake, recording)).toEqual(ownEndings())
      expect(recording.asked()).toBe(SESSIONS + 1)
    })

    it.each(Object.entries(driver.byConnection))(
      '%s: all calls land in the session that opened the connection',
      async (_form, ask) => {
        const retake = createTestRetake()
        const { ids } = await recordIn(retake, { ask, first: 'open' })

        const [first] = await callsOf(retake, ids)
        expect(first!.match(/note \d/g)).toHaveLength(SESSIONS + 1)
      },
    )

    it.each(Object.entries(driver.byConnection))(
      '%s: a call that lands in a session that is over is warned of, with the name of the driver',
      async (_form, ask) => {
        const logged: string[] = []
        const retake = createTestRetake({ log: (text) => void logged.push(text) })
        await recordIn(retake, { ask, first: 'over' })

        expect(logged).toEqual([
          expect.stringMatching(new RegExp(`note .* by a callback of \\S*${name}`)),
        ])
      },
    )

    it.each(Object.entries(driver.byQueue))(
      '%s: calls land in the session that gave the client back',
      async (_form, ask) => {
        const retake = createTestRetake()
        const { ids } = await recordIn(retake, { ask, first: 'open' })

        const expected = ownCalls()
        const calls = await callsOf(retake, ids)
        const own = calls.filter((found, number) => found === expected[number])
        expect(own.length).toBeLessThan(SESSIONS / 2)
      },
    )
  })

  /** The client is closed before anything is replayed. */
  async function recordIn(
    retake: ReturnType<typeof createTestRetake>,
    how: { readonly ask: Ask<Client>; readonly first: 'open' | 'over' },
  ): Promise<Recorded> {
    const { client, ...recording } = await recordSessions(
      retake,
      () => driver.open(server().port),
      how,
    )
    await driver.close(client)
    return recording
  }
}

function bind<Client>(ask: Ask<Client>): Ask<Client> {
  return (client, number, answered) => ask(client, number, AsyncResource.bind(answered))
}

function ownCalls(): string[] {
  return Array.from(
    { length: SESSIONS + 1 },
    (_, number) => `query ${number}, note ${number}, conclude "noted ${number}", none late`,
  )
}

function ownEndings(): unknown[] {
  return Array.from({ length: SESSIONS + 1 }, (_, number) => ({
    ending: { value: `noted ${number}, concluded` },
    status: 'ok',
  }))
}
