import type { Command } from 'commander'
import { type CommonOptions, type Context, createContext } from './context.ts'
import type { ExitCode } from './exit-codes.ts'
import { printableValue } from './terminal/printable.ts'
import { toFailure } from './failure.ts'

/** What a command does; its exit code. */
type Run<Args extends unknown[], Options> = (
  context: Context,
  options: Options,
  ...args: Args
) => Promise<ExitCode>

/** Lets a command be run: its failures become one line, and its exit code. */
export function onAction<Options, Args extends unknown[] = []>(
  command: Command,
  run: Run<Args, Options>,
): Command {
  return command.action(async (...given: unknown[]) => {
    // Arguments come first, then the command's options, then the command.
    const args = given.slice(0, -2) as Args
    const options: Options & CommonOptions = command.optsWithGlobals()
    const context = createContext(options)
    try {
      process.exitCode = await run(context, options, ...args)
    } catch (error) {
      process.exitCode = reportFailure(context, error)
    }
  })
}

function reportFailure({ isJson, terminal }: Context, error: unknown): ExitCode {
  const { code, message, exitCode } = toFailure(error)
  if (isJson) terminal.out(JSON.stringify({ error: { code, message } }, undefined, 2))
  terminal.note(`retake: ${printableValue(message)}`)
  return exitCode
}
