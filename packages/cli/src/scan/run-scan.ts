import { findCassettes, nameOf } from '../cassettes/find-cassettes.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { printable } from '../terminal/printable.ts'
import { createProgress } from '../terminal/progress.ts'
import { formatScan, type ScanResult } from './format-scan.ts'
import { scanCassette } from './scan-cassette.ts'

/** Runs `retake scan`. */
export async function scan(context: Context, _options: object, paths: string[]): Promise<ExitCode> {
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
