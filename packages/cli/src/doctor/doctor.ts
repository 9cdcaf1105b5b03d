import { type Command, InvalidArgumentError } from 'commander'
import { onAction } from '../command.ts'
import type { DoctorOptions } from './run-doctor.ts'

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
  onAction<DoctorOptions>(command, async (...given) => {
    const { doctor } = await import('./run-doctor.ts')
    return doctor(...given)
  })
}

function parseUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text
  throw new InvalidArgumentError('Use a URL such as http://localhost:3000.')
}
