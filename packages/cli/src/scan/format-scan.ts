import { plural } from '../terminal/plural.ts'
import { printable } from '../terminal/printable.ts'
import { formatTable } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What a scan came to. */
export interface ScanResult {
  /** Cassettes that were looked at. */
  readonly scanned: number
  readonly findings: readonly {
    readonly file: string
    readonly path: string
    readonly rule: string
  }[]
  readonly corrupt: readonly { readonly file: string; readonly message: string }[]
}

/** A line for each finding, and how many there are. */
export function formatScan(
  { scanned, findings, corrupt }: ScanResult,
  { paint }: Terminal,
): string {
  const rows = findings.map(({ file, path, rule }) => [
    printable(file),
    paint('red', printable(path)),
    paint('dim', rule),
  ])
  const unread = corrupt.map(({ message }) => paint('red', printable(message)))
  return [...formatTable(rows), ...unread, summary({ scanned, findings, corrupt })].join('\n')
}

function summary({ scanned, findings, corrupt }: ScanResult): string {
  const looked = plural(scanned, 'cassette')
  const cannotBeRead = corrupt.length > 0 ? ` ${corrupt.length} cannot be read.` : ''
  if (findings.length === 0) return `No secrets in ${looked}.${cannotBeRead}`
  const files = new Set(findings.map(({ file }) => file)).size
  return (
    `${plural(findings.length, 'possible secret')} in ${files} of ${looked}.${cannotBeRead} ` +
    'Take them out of the history, add a redaction rule for these places, and record again.'
  )
}
