import { type Command, InvalidArgumentError } from 'commander'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { examine } from './examine.ts'
import { formatFindings } from './format-findings.ts'

interface DoctorOptions {
  readonly url?: string
}

/** Adds `retake doctor`. */
export function addDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('look for what keeps sessions from being recorded or replayed')
    .description(
      'Looks at the packages, the folder of sessions, the gate, and what recent sessions tell of calls that go by ' +
        'unrecorded; and at a server, without having it do anything. Prints no values of variables. ' +
        'Ends with 1 when something fails.',
    )
    .option('--url <url>', 'of the server, and of a route below the middleware', parseUrl)
    .addHelpText(
      'after',
      `
A server in production is asked with the RETAKE_REPLAY_SECRET of this shell.

Examples:
  retake doctor
  retake doctor --url http://localhost:3000
  retake doctor --json`,
    )
  onAction<DoctorOptions>(command, doctor)
}

async function doctor(context: Context, { url }: DoctorOptions): Promise<ExitCode> {
  const findings = await examine(context, url)
  const hasFailed = findings.some(({ level }) => level === 'fail')
  return printOutcome(context, {
    result: { ok: !hasFailed, findings },
    text: (terminal) => formatFindings(findings, terminal),
    exitCode: hasFailed ? EXIT.differs : EXIT.same,
  })
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('Use a URL such as http://localhost:3000.')
}
