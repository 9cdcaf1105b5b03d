import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import * as ai7 from 'ai'
import * as ai5 from 'ai-5'
import { createAnthropic as createAnthropic5 } from 'ai-5-anthropic'
import { createOpenAI as createOpenAI5 } from 'ai-5-openai'
import { createOpenAICompatible as createOpenAICompatible5 } from 'ai-5-openai-compatible'
import * as ai6 from 'ai-6'
import { createAnthropic as createAnthropic6 } from 'ai-6-anthropic'
import { createOpenAI as createOpenAI6 } from 'ai-6-openai'
import { createOpenAICompatible as createOpenAICompatible6 } from 'ai-6-openai-compatible'
import type { Line } from './line.ts'

/** A major version of the AI SDK. */
export type Major = 5 | 6 | 7

export const MAJORS: readonly Major[] = [5, 6, 7]

/** The SDK and its providers, each major with its own copies of all that it needs. */
export const LINES: Readonly<Record<Major, Line>> = {
  5: asLine({
    ai: ai5,
    createOpenAI: createOpenAI5,
    createAnthropic: createAnthropic5,
    createOpenAICompatible: createOpenAICompatible5,
  }),
  6: asLine({
    ai: ai6,
    createOpenAI: createOpenAI6,
    createAnthropic: createAnthropic6,
    createOpenAICompatible: createOpenAICompatible6,
  }),
  7: { ai: ai7, createOpenAI, createAnthropic, createOpenAICompatible },
}

// The lines have the same shape as far as they are used here.
function asLine(line: Readonly<Record<keyof Line, unknown>>): Line {
  return line as Line
}
