import type { SessionData } from '@retake/format'
import type { ImportOptions } from './exchange/import-options.ts'
import { type Imported, toSession } from './exchange/to-session.ts'
import type { Exported } from './exported.ts'
import { readHar } from './har/read-har.ts'
import { writeHar } from './har/write-har.ts'
import { readNock } from './nock/read-nock.ts'
import { writeNock } from './nock/write-nock.ts'
import { readOtel } from './otel/read-otel.ts'
import { writeOtel } from './otel/write-otel.ts'
import type { FormatName } from './read/format-error.ts'
import { readVcrpy } from './vcrpy/read-vcrpy.ts'
import { writeVcrpy } from './vcrpy/write-vcrpy.ts'

/** A format that sessions can be written in. */
export type ExportFormat = FormatName
/** A format that sessions can be made of. */
export type ImportFormat = ExportFormat

const WRITERS: Readonly<Record<ExportFormat, (data: SessionData) => Exported>> = {
  har: writeHar,
  vcrpy: writeVcrpy,
  nock: writeNock,
  otel: writeOtel,
}

const READERS: Readonly<Record<ImportFormat, (text: string, options: ImportOptions) => Imported>> =
  {
    har: (text, options) => toSession(readHar(text), 'HAR', options),
    vcrpy: (text, options) => toSession(readVcrpy(text), 'vcrpy', options),
    nock: (text, options) => toSession(readNock(text), 'nock', options),
    otel: readOtel,
  }

/** Writes a session in a format of another tool. */
export function exportSession(data: SessionData, format: ExportFormat): Exported {
  return WRITERS[format](data)
}

/**
 * Makes a session of what another tool has recorded, redacted by the redactor of the options.
 *
 * @throws {RetakeError} `REPLAY_INVALID_SESSION` for text that is not of that format: the message says which entry is
 * wrong, and how. `OPTION_INVALID` for a `startedAt` that is no time, or an `expiresAfterDays` that is not
 * positive.
 */
export function importSession(
  text: string,
  format: ImportFormat,
  options: ImportOptions,
): Imported {
  return READERS[format](text, options)
}
