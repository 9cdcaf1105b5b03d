import { Command } from 'commander'
import { EXIT, EXIT_HELP } from './exit-codes.ts'
import { addDiff } from './diff/diff.ts'
import { addExplain } from './explain/explain.ts'
import { addExport } from './export/export.ts'
import { addFork } from './fork/fork.ts'
import { addImport } from './import/import.ts'
import { addLs } from './ls/ls.ts'
import { addMcp } from './mcp/mcp.ts'
import { addPromote } from './promote/promote.ts'
import { addReplay } from './replay/replay.ts'
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
  for (const add of [addLs, addShow, addReplay, addDiff, addExplain, addFork, addPromote])
    add(program)
  for (const add of [addExport, addImport]) add(program)
  addUpkeep(program)
  addMcp(program)
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
