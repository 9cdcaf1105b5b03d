import { recorded, type Retake } from '@retake/core'
import { loadSession, record, replay, type Ending } from '../lab.ts'

/** Makes a recorded call with what the database has answered. A callback of the driver, or run by one. */
type Answered = (value: unknown) => Promise<string>

/** One way in which a driver gives an answer. Gives what `answered` gave, called once. */
export type Ask<Client> = (client: Client, number: number, answered: Answered) => Promise<string>

/** Sessions that have used one client, and the function that was recorded in them. */
export interface Recorded {
  /** The first one has opened the client. */
  readonly ids: readonly string[]
  readonly flow: (number: number) => Promise<string>
  /** How often the database was asked. */
  readonly asked: () => number
}

export const SESSIONS = 100

/** Records one session that opens the client, and then many at once that use it, while that is still open or after it. */
export async function recordSessions<Client>(
  retake: Retake,
  open: () => Promise<Client>,
  { ask, first }: { readonly ask: Ask<Client>; readonly first: 'open' | 'over' },
): Promise<Recorded & { readonly client: Client }> {
  let client: Client
  let asked = 0
  const note = recorded('tool', 'note', async (number: number) => `noted ${number}`)
  const conclude = recorded('tool', 'conclude', async (text: string) => `${text}, concluded`)
  const answered = (value: unknown) => note(Number(value))
  const query = recorded('tool', 'query', async (number: number) => {
    asked++
    return ask(client, number, answered)
  })
  const flow = async (number: number) => conclude(await query(number))

  const opened = Promise.withResolvers<void>()
  const others = Promise.withResolvers<void>()
  const opener = record(retake, async () => {
    client = await open()
    const concluded = await flow(0)
    opened.resolve()
    if (first === 'open') await others.promise
    return concluded
  })
  await (first === 'open' ? Promise.race([opened.promise, opener]) : opener)
  const users = await Promise.all(
    Array.from({ length: SESSIONS }, (_, index) => record(retake, () => flow(index + 1))),
  )
  others.resolve()
  const { id } = await opener
  return {
    client: client!,
    ids: [id, ...users.map((user) => user.id)],
    flow,
    asked: () => asked,
  }
}

/** Names and arguments of the calls of each session, and how many of them came late. */
export async function callsOf(retake: Retake, ids: readonly string[]): Promise<string[]> {
  return Promise.all(
    ids.map(async (id) => {
      const { events, end } = await loadSession(retake, id)
      const calls = events.map(({ name, request }) => `${name} ${JSON.stringify(request)}`)
      return [...calls, `${end?.late ?? 'none'} late`].join(', ')
    }),
  )
}

/** Replays all sessions at once, and gives how each one ended. */
export async function replaySessions(
  retake: Retake,
  { ids, flow }: Recorded,
): Promise<readonly { readonly ending: Ending; readonly status: string }[]> {
  const replays = await Promise.all(
    ids.map((id, number) => replay(retake, id, () => flow(number), { onLeftover: 'warn' })),
  )
  return replays.map(({ ending, report }) => ({ ending, status: report.status }))
}
