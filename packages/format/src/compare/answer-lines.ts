import type { AnswerDifference, NotCompared, ReportedAnswer } from './answer-report.ts'
import { differenceLines } from './difference-lines.ts'
import type { ValueKind } from './made-anew.ts'

const LOOKS: Readonly<Record<ValueKind, string>> = {
  date: "a date near the replay's start",
  uuid: 'a UUID',
  random: 'a random number',
}
const MAX_SHOWN = 3

/** How an answer compares with the recorded one, for a log or a terminal. Empty where all of it is the same. */
export function answerLines(answer: ReportedAnswer, indent: string): readonly string[] {
  const { differences, notCompared } = answer
  const label = `${indent}answer   `
  const found = differenceLines(differences, ' '.repeat(label.length))
  return [
    ...found.map((line, index) => (index === 0 ? label + line.trimStart() : line)),
    ...answerHints(answer).map((hint) => `${indent}hint     ${hint}`),
    ...notCompared.map((part) => `${indent}unknown  ${describeNotCompared(part)}`),
  ]
}

/** Why an answer may differ, and what to do about it. */
export function answerHints(answer: ReportedAnswer): readonly string[] {
  const hints = [...eachKind(answer.differences), ...servedHints(answer)]
  const [first] = answer.differences
  return first === undefined || hints.length > 0
    ? hints
    : [`ignore: ['${first.path}'] where the app makes it anew each time`]
}

function* eachKind(differences: readonly AnswerDifference[]): Generator<string> {
  for (const kind of Object.keys(LOOKS) as ValueKind[]) {
    const places = differences.filter(({ madeAnew }) => madeAnew === kind)
    if (places.length === 0) continue
    const shown = places.slice(0, MAX_SHOWN).map(({ path }) => path)
    const rest = places.length - shown.length
    const where = `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
    yield `differs in ${where}: ${LOOKS[kind]}; \`virtualize: ['${kind}']\` gives it again`
  }
}

// What a date or an id explains needs no other cause.
function* servedHints({ differences, served }: ReportedAnswer): Generator<string> {
  if (differences.every(({ madeAnew }) => madeAnew !== undefined)) return
  const tools = served.filter(({ kind }) => kind === 'tool').map(({ name }) => name)
  const others = served
    .filter(({ kind }) => kind !== 'tool')
    .map(({ kind, name }) => `${kind} ${name}`)
  if (tools.length > 0) {
    yield `tools=live, which runs the tools that were served: ${tools.join(', ')}. ${NOT_RUN}`
  }
  if (others.length > 0) yield `another look at what was served: ${others.join(', ')}. ${NOT_RUN}`
}

const NOT_RUN =
  'What is served does not run: what its code does to the app besides answering is missing'

function describeNotCompared({ path, why }: NotCompared): string {
  return `${path} could not be compared: ${why}`
}
