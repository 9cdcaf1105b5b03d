import { type Command, Option } from 'commander'
import { onAction } from '../command.ts'
import type { ImportVerbOptions } from './run-import.ts'

/** Adds `retake import`. */
export function addImport(program: Command): void {
  const command = program
    .command('import')
    .summary('make a session of what another tool has recorded')
    .description(
      'Makes a session of a HAR, a cassette of vcrpy, recordings of nock, or OpenTelemetry traces in JSON; or puts a cassette of Retake among the sessions, so that a server can replay it. Credentials are removed. What cannot be carried over is said on standard error.',
    )
    .argument('<file>', 'the file; "-" for standard input')
    .addOption(
      new Option('-F, --format <format>', 'the format (default: as the file looks)').choices([
        'har',
        'vcrpy',
        'nock',
        'otel',
        'cassette',
      ]),
    )
    .option('--name <name>', 'name of the session')
    .option('--cassette <file>', 'write a cassette, and no session')
    .addHelpText(
      'after',
      `
Examples:
  retake import session.har
  retake import tests/cassettes/chat.yaml --cassette tests/chat.cassette.json
  retake import tests/refund.cassette.json && retake replay last`,
    )
  onAction<ImportVerbOptions, [string]>(command, async (...given) => {
    const { runImport } = await import('./run-import.ts')
    return runImport(...given)
  })
}
