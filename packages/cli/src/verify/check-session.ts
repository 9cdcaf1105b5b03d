import type { Context } from '../context.ts'
import { EXIT } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { checkData, unreadable } from './check-data.ts'
import type { Checked } from './problem.ts'

/** Checks a stored session. */
export async function checkSession({ store }: Context, id: string): Promise<Checked> {
  try {
    const data = await store.load(id)
    if (data === undefined) throw gone(id)
    const problems = checkData(data, 'note')
    return { kind: 'session', name: id, events: data.events.length, problems }
  } catch (error) {
    return { kind: 'session', name: id, events: 0, problems: [unreadable(error)] }
  }
}

function gone(id: string): CommandError {
  return new CommandError('SESSION_NOT_FOUND', EXIT.notFound, `Session ${id} is gone.`)
}
