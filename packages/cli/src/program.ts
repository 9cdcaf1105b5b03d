import { Command } from 'commander'
import { EXIT, EXIT_HELP } from './exit-codes.ts'
import { addLs } from './ls/ls.ts'
import { addShow } from './show/show.ts'
import { addUpkeep } from './upkeep.ts'
import { version } from './version.ts'

/** The whole command line. */
export function createProgram(): Command {
  const program = new Command('retake')
    .description('Finds, explains, replays and keeps the sessions of an agent.')
    .version(version(), '-V, --version')
    .option('--dir <folder>', 'folder of the sessions', '.retake')
    .option('--json', 'print JSON')
    .option('--no-color', 'print no colours')
    .showHelpAfterError('(see --help)')
    .showSuggestionAfterError()
    .addHelpText('after', `\n${EXIT_HELP}`)
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
  for (const add of [addLs, addShow]) add(program)
  addUpkeep(program)
  for (const command of program.commands) command.copyInheritedSettings(program)
  return program
}

/** Exit code of what Commander says about a command that it did not understand. */
export function exitCodeOf(code: string): number {
  return code === 'commander.helpDisplayed' ||
    code === 'commander.version' ||
    code === 'commander.help'
    ? EXIT.same
    : EXIT.usage
}
