import { writeFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { scanSecrets } from '@retake/core/cassette-file'
import type { SessionData } from '@retake/core'
import { writeCassetteFile } from '@retake/core/stores/cassette-files'
import { type ExportFormat, exportSession } from '@retake/interchange'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { findSession } from '../find-session.ts'
import { printOutcome } from '../outcome.ts'
import { withServedOutcomes } from '../served-outcomes.ts'

export interface ExportOptions {
  readonly format: ExportFormat | 'cassette'
  readonly output?: string
}

/**
 * Writes a session in a format of another tool, or as a cassette.
 *
 * @throws {CommandError} `NOTHING_TO_EXPORT` when nothing of it fits into the format; no file is written then.
 */
export async function runExport(
  context: Context,
  { format, output }: ExportOptions,
  named: string,
): Promise<ExitCode> {
  const { cwd, store, terminal, isJson } = context
  const data = await withServedOutcomes(store, await findSession(context, named))
  const session = data.session.id
  if (format === 'cassette') return exportCassette(context, data, output)
  const { text, count, notes } = exportSession(data, format)
  for (const note of notes) terminal.note(`retake: ${note}`)
  if (count === 0) throw nothingToExport(session, format)
  if (output === undefined) {
    // What is written is meant for another program: nothing of ours stands around it.
    if (!isJson) terminal.out(text.replace(/\n$/, ''))
    return isJson
      ? printOutcome(context, { result: { session, format, text, notes }, text: () => '' })
      : EXIT.same
  }
  const file = resolve(cwd, output)
  writeFileSync(file, text, { mode: 0o600 })
  return printOutcome(context, {
    result: { session, format, file: relative(cwd, file), notes },
    text: () => `${relative(cwd, file)}: session ${session} as ${format}`,
  })
}

function nothingToExport(session: string, format: ExportFormat): CommandError {
  return new CommandError(
    'NOTHING_TO_EXPORT',
    EXIT.usage,
    `Session ${session} has nothing that ${format} can hold, which is HTTP requests with their answers. Export it with --format otel or cassette.`,
  )
}

function exportCassette(context: Context, data: SessionData, output: string | undefined): ExitCode {
  const { cwd, environment } = context
  if (output === undefined) {
    throw new CommandError(
      'OUTPUT_MISSING',
      EXIT.usage,
      'A cassette may have further files beside it. Name it with --output tests/refund.cassette.json',
    )
  }
  const file = resolve(cwd, output)
  writeCassetteFile(file, data, { scan: (scanned) => scanSecrets(scanned, environment) })
  const session = data.session.id
  return printOutcome(context, {
    result: { session, format: 'cassette', file: relative(cwd, file), notes: [] },
    text: () => `${relative(cwd, file)}: session ${session} as a cassette`,
  })
}
