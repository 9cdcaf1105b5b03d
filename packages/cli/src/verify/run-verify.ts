import { nameOf } from '../cassettes/find-cassettes.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { createProgress } from '../terminal/progress.ts'
import { checkCassette } from './check-cassette.ts'
import { checkSession } from './check-session.ts'
import { findChecked, type ToCheck } from './find-checked.ts'
import { formatChecked } from './format-checked.ts'
import { type Checked, stateOf } from './problem.ts'

/** Options of `retake verify`. */
export interface VerifyOptions {
  readonly sessions?: boolean
}

/** Runs `retake verify`. */
export async function verify(
  context: Context,
  { sessions = false }: VerifyOptions,
  names: string[],
): Promise<ExitCode> {
  const checked = await checkAll(context, await findChecked(context, names, sessions))
  const states = checked.map(stateOf)
  return printOutcome(context, {
    result: {
      checked: checked.length,
      corrupt: states.filter((state) => state === 'corrupt').length,
      attention: states.filter((state) => state === 'attention').length,
      results: checked.map((each) => ({ ...each, state: stateOf(each) })),
    },
    text: (terminal) => formatChecked(checked, terminal),
    exitCode: exitCodeOf(states),
  })
}

async function checkAll(context: Context, { files, ids }: ToCheck): Promise<readonly Checked[]> {
  const progress = createProgress('checked')
  const total = files.length + ids.length
  const checked: Checked[] = []
  for (const file of files) {
    progress.update(checked.length, total)
    checked.push(checkCassette(file, nameOf(context, file)))
  }
  for (const id of ids) {
    progress.update(checked.length, total)
    checked.push(await checkSession(context, id))
  }
  progress.stop()
  return checked
}

function exitCodeOf(states: readonly ReturnType<typeof stateOf>[]): ExitCode {
  if (states.includes('corrupt')) return EXIT.invalid
  return states.includes('attention') ? EXIT.differs : EXIT.same
}
