import type { Prompt, ToolDefinition } from './prompt.ts'
import { pick, randomId, randomNumber, randomSentence } from './random.ts'
import { exampleOf } from './schema.ts'

/** An answer that is in no wire format yet. */
export interface Answer {
  /** Empty where the prompt does not want any. */
  readonly reasoning: string
  readonly text: string
  readonly toolCalls: readonly ToolCall[]
  readonly tokens: TokenCounts
}

export interface ToolCall {
  /** Without the prefix that the wire format gives it. */
  readonly id: string
  readonly name: string
  /** Arguments, as JSON. */
  readonly input: string
}

/** As OpenAI counts: cached tokens are part of the input, reasoning tokens part of the output. */
export interface TokenCounts {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
}

/** Makes up an answer. No two are equal, so one that comes again was recorded. */
export function improvise(prompt: Prompt): Answer {
  const toolCalls = chooseTools(prompt).map((tool) => callTool(tool, prompt))
  return {
    reasoning: prompt.wantsReasoning ? randomSentence(10) : '',
    text: toolCalls.length > 0 ? '' : composeText(prompt),
    toolCalls,
    tokens: countTokens(prompt),
  }
}

function chooseTools({ tools, toolResults, mustCallTools, maxToolCalls }: Prompt) {
  const isTurnOfTools = mustCallTools || toolResults.length === 0
  return isTurnOfTools ? tools.slice(0, maxToolCalls) : []
}

function callTool({ name, schema }: ToolDefinition, { question }: Prompt): ToolCall {
  return { id: randomId(''), name, input: JSON.stringify(exampleOf(schema, question)) }
}

function composeText({ schema, question, toolResults }: Prompt): string {
  if (schema !== undefined) return JSON.stringify(exampleOf(schema, question))
  if (toolResults.length === 0) return randomSentence(12)
  const opening = pick(['According to', 'Given', 'Going by', 'In view of'])
  return `${opening} ${toolResults.join(' and ')}: ${randomSentence(8)}`
}

function countTokens({ inputTokens }: Prompt): TokenCounts {
  const reasoning = randomNumber(2, 9)
  return {
    input: inputTokens,
    cached: Math.floor(inputTokens / 3),
    output: reasoning + randomNumber(10, 40),
    reasoning,
  }
}
