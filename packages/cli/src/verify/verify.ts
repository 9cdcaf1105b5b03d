import type { Command } from 'commander'
import { PATHS_HELP } from '../cassettes/find-cassettes.ts'
import { onAction } from '../command.ts'
import type { VerifyOptions } from './run-verify.ts'

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
  onAction<VerifyOptions, [string[]]>(command, async (...given) => {
    const { verify } = await import('./run-verify.ts')
    return verify(...given)
  })
}
