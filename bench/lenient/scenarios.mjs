// A session of a thousand calls at one place, and an edit of the code that makes them.

export const CALLS = 1000

const SYSTEM =
  'You are a careful assistant who cites every source and says so when it does not know. '

/** By name: how long a question is, in words, and how its call is edited. */
export const SCENARIOS = {
  'system prompt, 60 letters': { words: 8, edit: editSystem },
  'system prompt, 2 KB': { words: 280, edit: editSystem },
  'each question, 60 letters': { words: 8, edit: editQuestion },
  'each question, 300 letters': { words: 45, edit: editQuestion },
  'each question, 2 KB': { words: 280, edit: editQuestion },
}

/** The requests of a session, the same in each process. */
export function requestsOf({ words }) {
  const random = createRandom(7)
  return Array.from({ length: CALLS }, () => ({
    model: 'fake-1',
    messages: [
      { role: 'system', content: SYSTEM.repeat(12) },
      { role: 'user', content: textOf(words, random) },
    ],
  }))
}

function editSystem({ model, messages: [system, user] }) {
  return { model, messages: [{ ...system, content: `${system.content}Be strict.` }, user] }
}

function editQuestion({ model, messages: [system, user] }) {
  const content = `${user.content}\nAnswer in one short paragraph.`
  return { model, messages: [system, { ...user, content }] }
}

const SYLLABLES = 'ba ko mer tin sal vor dus ley gan pri ost hem cla fir ned wu'.split(' ')

function textOf(words, random) {
  const pick = (list) => list[Math.floor(random() * list.length)]
  const word = () =>
    Array.from({ length: 2 + Math.floor(random() * 2) }, () => pick(SYLLABLES)).join('')
  const sentence = () => `${Array.from({ length: 8 }, word).join(' ')}.`
  return Array.from({ length: Math.ceil(words / 8) }, sentence).join(' ')
}

function createRandom(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return state / 0x7fff_ffff
  }
}
