import type { Command } from 'commander'
import { onAction } from '../command.ts'

/** Adds `retake schema`. */
export function addSchema(program: Command): void {
  const command = program
    .command('schema')
    .summary('print what --json prints, as JSON Schema')
    .description(
      'Prints the JSON Schema of what a command prints with --json; without a name, of all of them.',
    )
    .argument('[command]', 'a command, or "error" for what is printed when one fails')
    .addHelpText(
      'after',
      `
Examples:
  retake schema ls
  retake schema error
  retake schema > retake.schema.json`,
    )
  onAction<object, [string | undefined]>(command, async (...given) => {
    const { schema } = await import('../schemas/run-schema.ts')
    return schema(...given)
  })
}
