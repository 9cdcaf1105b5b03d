// What Retake and its peers see of a LangChain app.

import { join } from 'node:path'
import { OBSERVERS } from './langchain/observers.mjs'
import { QUESTIONS } from './langchain/questions.mjs'
import { exactly, judge } from './shared/bars.mjs'
import { printTable } from './shared/comparison.mjs'
import { runWorker } from './shared/rounds.mjs'

const worker = join(import.meta.dirname, 'langchain', 'ask.mjs')
const names = Object.keys(OBSERVERS)
const rows = []
for (const question of Object.keys(QUESTIONS)) {
  const answers = []
  for (const name of names) answers.push(await runWorker(worker, [name, question]))
  rows.push([question, ...answers])
}
printTable(
  ['', ...names],
  rows.map(([question, ...answers]) => [question, ...answers.map((yes) => (yes ? 'yes' : 'no'))]),
)
const seen = rows.filter(([, retake]) => retake).length
judge('observe', { bars: [exactly('questions Retake answers', seen, rows.length)], results: rows })
