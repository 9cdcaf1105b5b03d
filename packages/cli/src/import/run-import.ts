import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { text as readText } from 'node:stream/consumers'
import { scanSecrets } from '@retake/core/cassette-file'
import { readCassetteFile, writeCassetteFile } from '@retake/core/stores/cassette-files'
import { detectFormat, importSession, type Imported, type ImportFormat } from '@retake/interchange'
import { createRedactor, secretValues } from '@retake/redact'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { printOutcome } from '../outcome.ts'
import { storeSession } from './store-session.ts'

export interface ImportVerbOptions {
  readonly format?: ImportFormat | 'cassette'
  readonly name?: string
  readonly cassette?: string
}

/** Makes a session of what another tool has recorded. */
export async function runImport(
  context: Context,
  { cassette, ...options }: ImportVerbOptions,
  file: string,
): Promise<ExitCode> {
  const { cwd, environment, terminal } = context
  const { data, notes } = await readImported(context, file, options)
  for (const note of notes) terminal.note(`retake: ${note}`)
  const { id } = data.session
  const events = data.events.length
  if (cassette === undefined) {
    await storeSession(context.store, data)
    return printOutcome(context, {
      result: { session: id, events, notes },
      text: () => `session ${id}: ${events} events\n  retake show ${id}`,
    })
  }
  const target = resolve(cwd, cassette)
  writeCassetteFile(target, data, { scan: (scanned) => scanSecrets(scanned, environment) })
  return printOutcome(context, {
    result: { session: id, events, cassette: relative(cwd, target), notes },
    text: () => `${relative(cwd, target)}: ${events} events`,
  })
}

async function readImported(
  { cwd, environment }: Context,
  file: string,
  { format, name }: Omit<ImportVerbOptions, 'cassette'>,
): Promise<Imported> {
  const path = resolve(cwd, file)
  if (format === 'cassette' || (format === undefined && file.endsWith('.cassette.json'))) {
    return { data: readCassetteFile(path), notes: [] }
  }
  const text = file === '-' ? await readText(process.stdin) : readFileSync(path, 'utf8')
  const found = format ?? detectFormat(file, text)
  if (found !== undefined) {
    // As a process with this environment would redact what it records.
    const redactor = createRedactor({ secrets: secretValues(environment) })
    return importSession(text, found, { redactor, ...(name !== undefined && { name }) })
  }
  throw new CommandError(
    'FORMAT_UNKNOWN',
    EXIT.usage,
    `${file} looks like none of the formats. Name it with --format har, vcrpy, nock or otel.`,
  )
}
