import { type Command, Option } from 'commander'
import { onAction } from '../command.ts'
import { SESSION_HELP } from '../find-session.ts'
import type { ExportOptions } from './run-export.ts'

/** Adds `retake export`. */
export function addExport(program: Command): void {
  const command = program
    .command('export')
    .summary('write a session in a format of another tool')
    .description(
      'Writes a session as a cassette of Retake, or in a format of another tool: HAR, a cassette of vcrpy, recordings of nock, OpenTelemetry traces in JSON. What cannot be carried over is said on standard error.',
    )
    .argument('<session>', SESSION_HELP)
    .addOption(
      new Option('-F, --format <format>', 'the format')
        .choices(['har', 'vcrpy', 'nock', 'otel', 'cassette'])
        .makeOptionMandatory(),
    )
    .option('-o, --output <file>', 'where to write it (default: standard output)')
    .addHelpText(
      'after',
      `
Examples:
  retake export last --format har --output session.har
  retake export 0197f3a2 --format otel | curl -H 'content-type: application/json' -d @- localhost:4318/v1/traces
  retake export 0197f3a2 --format cassette --output tests/refund.cassette.json`,
    )
  onAction<ExportOptions, [string]>(command, async (...given) => {
    const { runExport } = await import('./run-export.ts')
    return runExport(...given)
  })
}
