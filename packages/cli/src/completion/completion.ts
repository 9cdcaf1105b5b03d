import { Argument, type Command } from 'commander'
import { onAction } from '../command.ts'
import { EXIT } from '../exit-codes.ts'

/** Shells that know how to ask for completions. */
const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const

/** Adds `retake completion`, and the hidden command that shells ask. */
export function addCompletion(program: Command): void {
  const command = program
    .command('completion')
    .summary('print the completion for a shell')
    .description(
      'Prints a script for a shell, which then completes commands, options and sessions.',
    )
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
In ~/.bashrc:                   source <(retake completion bash)
In ~/.zshrc:                    source <(retake completion zsh)
In ~/.config/fish/config.fish:  retake completion fish | source
In the profile of PowerShell:   retake completion powershell | Out-String | Invoke-Expression`,
    )
  onAction<object, [string]>(command, async (context, _options, shell) => {
    const { printScript } = await import('./complete-words.ts')
    printScript(program, context, shell)
    return EXIT.same
  })

  const complete = program.command('complete [words...]', { hidden: true })
  onAction<object, [string[]]>(complete, async (context, _options, words) => {
    const { completeWords } = await import('./complete-words.ts')
    completeWords(program, context, words)
    return EXIT.same
  })
}
