import { isDeepStrictEqual } from 'node:util'
import type { Encoded } from '../../src/event.ts'
import { SHAPES, TOOLS, type Setting, type Shape } from './shapes.ts'
import { createChance, createWriter, LANGUAGE_NAMES, withTypo, type Chance } from './texts.ts'

/** One call of an edited program, and the recordings that are right for it. */
export interface EditedCall {
  readonly request: Encoded
  /** None, where something is asked that was not recorded. */
  readonly right: readonly number[]
  /** `shared`: only what all calls of the place have was edited. */
  readonly edit: 'shared' | 'typo' | 'replaced' | 'inserted' | 'doubled'
}

/** The calls of one place: as they were recorded, and after an edit. */
export interface Program {
  readonly name: string
  readonly recorded: readonly Encoded[]
  readonly calls: readonly EditedCall[]
}

type Edit = (setting: Setting) => Setting

const EDITS: Readonly<Record<string, Edit>> = {
  nothing: (setting) => setting,
  'system prompt, a sentence': (setting) => ({
    ...setting,
    system: `${setting.system} Be strict.`,
  }),
  'system prompt, all of it': (setting) => ({
    ...setting,
    system: 'Reply as a seasoned editor would, in two lines, and never apologise.',
  }),
  model: (setting) => ({ ...setting, model: 'another-model-2' }),
  temperature: (setting) => ({ ...setting, temperature: 0.9 }),
  tools: (setting) => ({
    ...setting,
    toolDescription: 'Finds an entry by its number or its title.',
  }),
  'what is added to each question': (setting) => ({
    ...setting,
    template: (question) => `${setting.template(question)}\nAnswer in one short paragraph.`,
  }),
}

const CHANGES = [
  'none',
  'other order',
  'removed',
  'removed, other order',
  'repeated',
  'typo',
  'replaced',
  'inserted',
  'doubled',
] as const

const SIZES = [1, 2, 3, 5, 8, 16, 40]

/** Makes programs, and edits of them, that are the same for the same seed. */
export function createPrograms(seed: number): () => Program {
  const chance = createChance(seed)
  return () => (chance.isLikely(0.2) ? talk(chance) : program(chance))
}

function program(chance: Chance): Program {
  const { pick, isLikely } = chance
  const isTool = isLikely(0.2)
  const [name, shape] = pick(Object.entries(isTool ? TOOLS : SHAPES))
  const edit = isTool ? 'nothing' : pick(Object.keys(EDITS))
  const change = pick(CHANGES)
  const { questions, another } = questionsOf(chance, pick(SIZES))
  const setting = settingOf(chance)
  const edited = (EDITS[edit] ?? EDITS.nothing)?.(setting) ?? setting
  const asked = change === 'repeated' ? questions.flatMap((one) => [one, one]) : questions
  const recorded = asked.map((question) => shape(setting, question))
  const calls = changed(chance, { asked, another, change }).map((call) =>
    toCall(call, { shape, setting: edited, asked, recorded }),
  )
  return { name: `${name}, ${asked.length} recorded, edited: ${edit}; ${change}`, recorded, calls }
}

function settingOf({ pick, below }: Chance): Setting {
  const size = pick([0, 200, 2_000, 8_000])
  const rule = 'Cite every source, keep to the facts and say so when you do not know. '
  const template = pick<Setting['template']>([
    (question) => question,
    (question) => `Please work on this:\n${question}`,
    (question) => `${question}\n\nGive reasons for what you say.`,
  ])
  return {
    system: `You are a careful assistant. ${rule.repeat(Math.ceil(size / rule.length))}`.trim(),
    template,
    model: 'a-model-1',
    temperature: 0.2,
    toolDescription: 'Looks things up.',
    document: rule.repeat(below(20)),
  }
}

function questionsOf(chance: Chance, count: number) {
  const { pick, below } = chance
  const write = createWriter(chance, pick(LANGUAGE_NAMES))
  const length = pick([1, 1, 3, 12])
  const known = new Set<string>()
  const another = () => {
    let text = write.text(length + below(2))
    while (known.has(text)) text = write.text(length + 1)
    known.add(text)
    return text
  }
  return { questions: Array.from({ length: count }, another), another }
}

interface Call {
  readonly question: string
  /** Index of the question it is an edit of. */
  readonly of: number | undefined
  readonly edit: EditedCall['edit']
}

interface Asked {
  readonly asked: readonly string[]
  readonly another: () => string
  readonly change: (typeof CHANGES)[number]
}

function changed(chance: Chance, { asked, another, change }: Asked): readonly Call[] {
  const calls = asked.map((question, of): Call => ({ question, of, edit: 'shared' }))
  const at = chance.below(calls.length)
  const one = calls[at] as Call
  switch (change) {
    case 'other order':
      return chance.shuffled(calls)
    case 'removed':
      return calls.length > 1 ? calls.toSpliced(at, 1) : calls
    case 'removed, other order':
      return chance.shuffled(calls.length > 1 ? calls.toSpliced(at, 1) : calls)
    case 'typo': {
      const question = withTypo(one.question, chance)
      return question === undefined ? calls : calls.with(at, { ...one, question, edit: 'typo' })
    }
    case 'replaced':
      return calls.with(at, { question: another(), of: undefined, edit: 'replaced' })
    case 'inserted':
      return calls.toSpliced(at, 0, { question: another(), of: undefined, edit: 'inserted' })
    case 'doubled':
      return calls.toSpliced(at + 1, 0, { ...one, of: undefined, edit: 'doubled' })
    default:
      return calls
  }
}

interface Place {
  readonly shape: Shape
  readonly setting: Setting
  readonly asked: readonly string[]
  readonly recorded: readonly Encoded[]
}

// Equal recordings are equally right.
function toCall({ question, of, edit }: Call, { shape, setting, recorded }: Place): EditedCall {
  const own = of === undefined ? undefined : recorded[of]
  const right = recorded.flatMap((request, index) =>
    own !== undefined && isDeepStrictEqual(request, own) ? [index] : [],
  )
  return { request: shape(setting, question), right, edit }
}

type Message = { readonly role: string; readonly content: string }

/** A conversation, or the loop of an agent: each call has all that went before. */
function talk(chance: Chance): Program {
  const { pick, isLikely, below } = chance
  const write = createWriter(chance, pick(LANGUAGE_NAMES))
  const isAgent = isLikely(0.5)
  const turns = Array.from({ length: pick([1, 2, 4, 9]) }, () => ({
    question: write.text(1 + below(3)),
    answer: write.text(1 + below(3)),
  }))
  const system = 'You are a helpful assistant. '.repeat(1 + below(40))
  const task = write.text(2)
  const requests = (of: string, asked: readonly { question: string; answer: string }[]) => {
    const history: Message[] = isAgent ? [{ role: 'user', content: task }] : []
    return asked.map(({ question, answer }) => {
      history.push({ role: isAgent ? 'tool' : 'user', content: question })
      const request = { model: 'a', messages: [{ role: 'system', content: of }, ...history] }
      history.push({ role: 'assistant', content: answer })
      return request
    })
  }
  const at = below(turns.length)
  const isReplaced = isLikely(0.3)
  const asked = isReplaced
    ? turns.with(at, { question: write.text(2), answer: write.text(1) }).slice(0, at + 1)
    : turns
  const calls = requests(`${system} Be brief.`, asked).map((request, index): EditedCall => {
    const isNew = isReplaced && index === at
    return isNew
      ? { request, right: [], edit: 'replaced' }
      : { request, right: [index], edit: 'shared' }
  })
  const name = `${isAgent ? 'agent' : 'conversation'} of ${turns.length}`
  return { name, recorded: requests(system, turns), calls }
}
