import { resolve } from 'node:path'
import tab from '@bomb.sh/tab/commander'
import { Command } from 'commander'
import type { Context } from '../context.ts'
import { listStoredSessions } from '../sessions/stored-sessions.ts'
import { formatTime } from '../terminal/format.ts'

type Root = ReturnType<typeof tab>

const OWN = new Set(['completion', 'complete'])
// What the library calls "offer nothing but these", and "offer files".
const ONLY_THESE = 4
const FILES = 0
const MAX_SESSIONS = 50

/** Prints what makes a shell ask for completions. */
export function printScript(program: Command, { terminal }: Context, shell: string): void {
  describe(program).setup('retake', 'retake', shell)
  // Else Bash would offer no files where nothing of ours fits.
  if (shell === 'bash') terminal.out('complete -o default -F __retake_complete retake')
}

/** Prints the completions of the last word, one a line, in the form in which the scripts read them. */
export function completeWords(program: Command, context: Context, words: readonly string[]): void {
  const root = describe(program)
  completeSessions(root, directoryOf(context, words))
  const word = words.at(-1) ?? ''
  Object.defineProperty(root, 'directive', {
    get: () => (root.completions.some(({ value }) => value.startsWith(word)) ? ONLY_THESE : FILES),
    set: () => {},
  })
  root.parse([...words])
}

// The library adds its commands to what it describes, and the program has them already.
function describe(program: Command): Root {
  const described = new Command(program.name())
  for (const option of program.options) described.addOption(option)
  for (const command of program.commands.filter((each) => !OWN.has(each.name()))) {
    described.addCommand(command.description(command.summary()))
  }
  return tab(described, { completionCommandName: 'completion' })
}

// Bash expands what it is offered as if somebody had typed it. Ids are letters and digits; names of files, or what a
// session is called, could be anything.
function completeSessions(root: Root, directory: string): void {
  for (const { arguments: args } of root.commands.values()) {
    for (const argument of args.values()) {
      if (!/session/i.test(argument.name)) continue
      argument.handler = (complete) => {
        complete('last', 'the newest session')
        for (const { id, changedMs } of newestSessions(directory)) {
          complete(id, formatTime(new Date(changedMs).toISOString()))
        }
      }
    }
  }
}

function newestSessions(directory: string): ReturnType<typeof listStoredSessions> {
  try {
    const sessions = listStoredSessions(directory)
    return sessions.toSorted((one, other) => other.changedMs - one.changedMs).slice(0, MAX_SESSIONS)
  } catch {
    return []
  }
}

function directoryOf({ cwd, directory }: Context, words: readonly string[]): string {
  const at = words.indexOf('--dir')
  const named = at === -1 ? undefined : words[at + 1]
  return named === undefined ? directory : resolve(cwd, named)
}
