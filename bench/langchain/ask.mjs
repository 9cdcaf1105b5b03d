// One recorder and one question, in a process of its own: prints the answer as JSON.

import { OBSERVERS } from './observers.mjs'

const [name, question] = process.argv.slice(2)
const observer = await OBSERVERS[name]()
// Loaded second: a recorder may have to be there before LangChain is.
const { QUESTIONS } = await import('./questions.mjs')
console.log(JSON.stringify(await QUESTIONS[question](observer)))
process.exit()
