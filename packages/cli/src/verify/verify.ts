import type { Command } from 'commander'
import { nameOf, PATHS_HELP } from '../cassettes/find-cassettes.ts'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { createProgress } from '../terminal/progress.ts'
import { checkCassette } from './check-cassette.ts'
import { checkSession } from './check-session.ts'
import { findChecked, type ToCheck } from './find-checked.ts'
import { formatChecked } from './format-checked.ts'
import { type Checked, stateOf } from './problem.ts'

interface VerifyOptions {
  readonly sessions?: boolean
}

/** Adds `retake verify`. */
export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .summary('check cassettes and sessions for damage')
    .description(
      'Checks that cassettes and stored sessions can be read whole: their JSON, the hashes of their blobs, their format, ' +
        'that fingerprints fit their requests, and that a cassette is as it would be written now. ' +
        'Ends with 5 when something is corrupt, with 1 when something should be looked at.',
    )
    .argument('[names...]', `${PATHS_HELP}. Or ids of stored sessions`)
    .option('--sessions', 'also all stored sessions')
    .addHelpText(
      'after',
      `
Examples:
  retake verify
  retake verify tests/refund.cassette.json
  retake verify --sessions --json
  retake verify 0197f3a2`,
    )
  onAction<VerifyOptions, [string[]]>(command, verify)
}

async function verify(
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
