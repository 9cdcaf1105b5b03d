import type { Context } from './context.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { printableValue } from './terminal/printable.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What a command came to. */
export interface Outcome<Result> {
  /** What `--json` prints. */
  readonly result: Result
  /** The same for people, made of a result that cannot steer their terminal. Empty for nothing. */
  readonly text: (terminal: Terminal, result: Result) => string
  /** @default 0 */
  readonly exitCode?: ExitCode
}

/** Prints what a command came to. */
export function printOutcome<Result>(
  { isJson, terminal }: Context,
  { result, text, exitCode = EXIT.same }: Outcome<Result>,
): ExitCode {
  const printed = isJson
    ? JSON.stringify(result, undefined, 2)
    : text(terminal, printableValue(result))
  if (printed !== '') terminal.out(printed)
  return exitCode
}
