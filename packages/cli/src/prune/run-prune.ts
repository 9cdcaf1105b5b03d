import { type Context, requireDirectory } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { printOutcome } from '../outcome.ts'
import { listStoredSessions } from '../sessions/stored-sessions.ts'
import { formatBytes } from '../terminal/bytes.ts'
import { confirm } from '../terminal/confirm.ts'
import { plural } from '../terminal/plural.ts'
import { createProgress } from '../terminal/progress.ts'
import { type Choice, chooseSessions, type Prunable } from './choose-sessions.ts'
import { formatPruned } from './format-pruned.ts'

/** Options of `retake prune`. */
export interface PruneOptions {
  readonly olderThan?: string
  readonly expired?: boolean
  readonly keepFailures?: boolean
  readonly dryRun?: boolean
  readonly yes?: boolean
}

/** Runs `retake prune`. */
export async function prune(context: Context, options: PruneOptions): Promise<ExitCode> {
  const { dryRun = false, yes = false } = options
  const { chosen, kept } = await choose(context, options)
  const bytes = chosen.reduce((sum, session) => sum + session.bytes, 0)
  if (chosen.length > 0 && !dryRun && !yes) await requireConsent(context, chosen.length, bytes)
  if (!dryRun) await removeAll(context, chosen)
  const result = { dryRun, sessions: chosen, bytes, kept }
  return printOutcome(context, { result, text: (terminal) => formatPruned(result, terminal) })
}

async function choose(
  context: Context,
  { olderThan: before, expired = false, keepFailures = false }: PruneOptions,
): Promise<Choice> {
  if (before === undefined && !expired) {
    throw new CommandError(
      'OPTION_MISSING',
      EXIT.usage,
      'Say which sessions are to go: --older-than 30d, --expired, or both.',
    )
  }
  requireDirectory(context)
  const { directory, store } = context
  const stored = listStoredSessions(directory)
  const summaries = await store.list({ limit: Number.POSITIVE_INFINITY })
  return chooseSessions(stored, summaries, {
    before,
    expired,
    keepFailures,
    nowMs: Date.now(),
  })
}

async function requireConsent(
  { directory, isJson }: Context,
  count: number,
  bytes: number,
): Promise<void> {
  const what = `${plural(count, 'session')} (${formatBytes(bytes)}) from ${directory}`
  if (process.stdin.isTTY && !isJson && (await confirm(`Remove ${what}?`))) return
  throw new CommandError(
    'NOT_CONFIRMED',
    EXIT.usage,
    `Nothing was removed. To remove ${what}, say --yes.`,
  )
}

async function removeAll({ store }: Context, sessions: readonly Prunable[]): Promise<void> {
  const progress = createProgress('removing sessions:')
  for (const [index, { id }] of sessions.entries()) {
    progress.update(index, sessions.length)
    await store.remove(id)
  }
  progress.stop()
}
