import type { Command } from 'commander'
import { findCassettes, nameOf, PATHS_HELP } from '../cassettes/find-cassettes.ts'
import { onAction } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { printable } from '../terminal/printable.ts'
import { createProgress } from '../terminal/progress.ts'
import { formatScan, type ScanResult } from './format-scan.ts'
import { scanCassette } from './scan-cassette.ts'

/** Adds `retake scan`. */
export function addScan(program: Command): void {
  const command = program
    .command('scan')
    .summary('look for secrets in cassettes')
    .description(
      'Looks for secrets in committed cassettes and their blobs: fields named like credentials, shapes of tokens, ' +
        'and the values of credential-like variables of the environment. Says where, and by which rule, never what.',
    )
    .argument('[paths...]', PATHS_HELP)
    .addHelpText(
      'after',
      `
Examples:
  retake scan
  retake scan tests/cassettes --json
  retake scan $(git diff --cached --name-only)

Before each commit, in .git/hooks/pre-commit:
  #!/bin/sh
  exec npx retake scan $(git diff --cached --name-only)

In CI, as a step:
  npx retake scan`,
    )
  onAction<object, [string[]]>(command, scan)
}

async function scan(context: Context, _options: object, paths: string[]): Promise<ExitCode> {
  const { files, missing } = findCassettes(context, paths)
  // A list of changed files names those that were removed.
  for (const path of missing) context.terminal.note(`retake: ${printable(path)} is not there.`)
  const result = scanAll(context, files)
  return printOutcome(context, {
    result: { ...result, missing },
    text: (terminal) => formatScan(result, terminal),
    exitCode: exitCodeOf(result),
  })
}

function scanAll(context: Context, files: readonly string[]): ScanResult {
  const progress = createProgress('scanning cassettes:')
  const findings: ScanResult['findings'][number][] = []
  const corrupt: ScanResult['corrupt'][number][] = []
  for (const [index, path] of files.entries()) {
    progress.update(index, files.length)
    const file = nameOf(context, path)
    const scanned = scanCassette(path, context.environment)
    findings.push(...scanned.findings.map(({ path: at, rule }) => ({ file, path: at, rule })))
    if (scanned.problem !== undefined) corrupt.push({ file, message: scanned.problem })
  }
  progress.stop()
  return { scanned: files.length, findings, corrupt }
}

function exitCodeOf({ findings, corrupt }: ScanResult): ExitCode {
  if (findings.length > 0) return EXIT.differs
  return corrupt.length > 0 ? EXIT.invalid : EXIT.same
}
