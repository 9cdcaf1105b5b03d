import type { Command } from 'commander'
import { onAction } from '../command.ts'
import { parseDuration, parseTime } from '../time.ts'
import type { PruneOptions } from './run-prune.ts'

/** Adds `retake prune`. */
export function addPrune(program: Command): void {
  const command = program
    .command('prune')
    .summary('remove old sessions')
    .description(
      'Removes stored sessions that are older than an age, or that have expired. A session that is still running stays, ' +
        'and so does what cannot be read. Asks first; a script says --yes.',
    )
    .option('--older-than <age>', 'those that started longer ago, such as 12h, 30d or 2w', toTime)
    .option('--expired', 'those that have expired, and are not replayed any more')
    .option('--keep-failures', 'but for those that failed')
    .option('--dry-run', 'only say what would be removed')
    .option('-y, --yes', 'do not ask')
    .addHelpText(
      'after',
      `
Examples:
  retake prune --older-than 30d --dry-run
  retake prune --older-than 2w --keep-failures --yes
  retake prune --expired --yes --json`,
    )
  onAction<PruneOptions>(command, async (...given) => {
    const { prune } = await import('./run-prune.ts')
    return prune(...given)
  })
}

function toTime(text: string): string {
  parseDuration(text)
  return parseTime(text)
}
