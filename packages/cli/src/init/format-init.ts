import type { Project } from '../project/project.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Plan } from './plan.ts'
import type { Written } from './write-changes.ts'

type Paint = Terminal['paint']

/** What it takes, step by step, and what was written of it. */
export function formatInit(
  project: Project,
  { install, steps, start, try: commands }: Plan,
  written: readonly Written[],
  { paint }: Terminal,
): string {
  const lines = steps.flatMap(({ for: name, title, lines: code, problem }) => [
    `   ${paint('bold', name)}: ${title}`,
    ...code.map((line) => `     ${paint('cyan', line)}`),
    ...(problem === undefined ? [] : [`     ${paint('yellow', `${problem}.`)}`]),
  ])
  return [
    describe(project),
    '',
    ...(install.length > 0
      ? ['1. Install', ...install.map((command) => `   ${paint('cyan', command)}`)]
      : ['1. All packages are in package.json.']),
    '2. Add these lines',
    ...lines,
    '3. Start it with the gate open, in development',
    `   ${paint('cyan', start)}`,
    '4. Record, and replay',
    ...commands.map((command) => `   ${paint('cyan', command)}`),
    '',
    ...written.flatMap((each) => writtenLines(each, paint)),
    ...hint(written),
  ].join('\n')
}

function describe({ name, language, modules, packageManager, libraries }: Project): string {
  const how = [
    language === 'typescript' ? 'TypeScript' : 'JavaScript',
    modules === 'esm' ? 'ES modules' : 'CommonJS',
    packageManager,
  ].join(', ')
  const used = libraries.map((library) => library.name).join(', ')
  return `${name} (${how}) uses ${used === '' ? 'nothing that needs a package of its own' : used}.`
}

function writtenLines({ file, state, diff = '', reason = '' }: Written, paint: Paint): string[] {
  if (state === 'there') return [`unchanged  ${file}: ${reason}`]
  if (state === 'by-hand') {
    return [paint('yellow', `by hand    ${file === '' ? reason : `${file}: ${reason}`}`)]
  }
  if (state === 'possible') return [`to write   ${file}`]
  return [
    paint('green', `written    ${file}`),
    ...diff.split('\n').map((line) => colored(line, paint)),
  ]
}

function colored(line: string, paint: Paint): string {
  return line.startsWith('+') ? paint('green', line) : paint('dim', line)
}

function hint(written: readonly Written[]): readonly string[] {
  const isPossible = written.some(({ state }) => state === 'possible')
  return isPossible ? ['"retake init --write" writes these, and shows what it did.'] : []
}
