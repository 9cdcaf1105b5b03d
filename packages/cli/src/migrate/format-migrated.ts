import { plural } from '../terminal/plural.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Migrated } from './migrate-cassette.ts'

/** What was done with which cassette, but for those with which there was nothing to do. */
export function formatMigrated(
  cassettes: readonly Migrated[],
  isCheck: boolean,
  { paint }: Terminal,
): string {
  const lines = cassettes.flatMap(({ file, state, message = '' }) => {
    const name = printable(file)
    if (state === 'corrupt') return [`${paint('red', 'corrupt')}  ${printable(message)}`]
    if (state === 'newer') return [`${paint('yellow', 'newer')}  ${name} is left alone: ${message}`]
    if (state === 'current') return []
    return [`${paint('green', isCheck ? 'to do' : 'rewritten')}  ${name} (${message})`]
  })
  return [...lines, summary(cassettes, isCheck)].join('\n')
}

function summary(cassettes: readonly Migrated[], isCheck: boolean): string {
  const count = (wanted: Migrated['state']) =>
    cassettes.filter(({ state }) => state === wanted).length
  const counts = [
    count('rewritten') > 0 && `${count('rewritten')} ${isCheck ? 'to rewrite' : 'rewritten'}`,
    count('newer') > 0 && `${count('newer')} newer`,
    count('corrupt') > 0 && `${count('corrupt')} corrupt`,
  ].filter((text) => text !== false)
  const looked = plural(cassettes.length, 'cassette')
  return counts.length === 0 ? `${looked}, nothing to do.` : `${looked}: ${counts.join(', ')}.`
}
