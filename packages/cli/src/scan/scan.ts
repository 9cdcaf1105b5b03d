import type { Command } from 'commander'
import { PATHS_HELP } from '../cassettes/find-cassettes.ts'
import { onAction } from '../command.ts'

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
  onAction<object, [string[]]>(command, async (...given) => {
    const { scan } = await import('./run-scan.ts')
    return scan(...given)
  })
}
