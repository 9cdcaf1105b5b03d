import { AIMessage, type BaseMessage } from '@langchain/core/messages'
import { BaseChatModel } from '@langchain/core/language_models/chat_models'
import { BaseRetriever } from '@langchain/core/retrievers'
import { Document } from '@langchain/core/documents'
import type { ChatResult, LLMResult } from '@langchain/core/outputs'
import { tool } from '@langchain/core/tools'
import { createAgent } from 'langchain'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { retakeModel, retakeRetriever, retakeTool } from './index.ts'
import { openai, QUESTION } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

// No handler is made in this file: all that is known are the objects that are handed over.

let runs = 0

describe('without a handler', () => {
  it('a model that is made of one is recorded', async () => {
    const search = tool(({ query }) => query, {
      name: 'search',
      description: 'Searches',
      schema: z.object({ query: z.string() }),
    })
    await expectSameAgain((provider) =>
      retakeModel(openai(provider)).bindTools([search]).invoke(QUESTION),
    )
    await expectSameAgain((provider) =>
      retakeModel(openai(provider)).withConfig({}).invoke(QUESTION),
    )
    await expectSameAgain(async (provider) => {
      const agent = createAgent({ model: retakeModel(openai(provider)), tools: [search] })
      return (await agent.invoke({ messages: [QUESTION] })).messages.length
    })
  })

  it('a model is recorded that is made of one of a class that generates by itself', async () => {
    class Rebel extends BaseChatModel {
      override async generate(): Promise<LLMResult> {
        const { generations } = await this._generate([], {})
        return { generations: [generations] }
      }

      async _generate(_messages: BaseMessage[], _options: object): Promise<ChatResult> {
        const text = String(++runs)
        return { generations: [{ text, message: new AIMessage(text) }] }
      }

      override withConfig(): this {
        return new Rebel({}) as this
      }

      _llmType(): string {
        return 'rebel'
      }
    }
    await expectSameAgain(() => retakeModel(new Rebel({})).withConfig().invoke(QUESTION))
  })

  it('a tool and a retriever are recorded in what is made of them', async () => {
    const count = () =>
      tool(({ from }) => `${from} ${++runs}`, {
        name: 'count',
        description: 'Counts',
        schema: z.object({ from: z.number() }),
      })
    class Library extends BaseRetriever {
      override lc_namespace = ['test']

      override async _getRelevantDocuments(query: string): Promise<Document[]> {
        return [new Document({ pageContent: `${query} ${++runs}` })]
      }
    }

    await expectSameAgain(() =>
      retakeTool(count())
        .withConfig({ tags: ['a'] })
        .invoke({ from: 1 }),
    )
    await expectSameAgain(() => retakeTool(count()).withRetry().invoke({ from: 1 }))
    await expectSameAgain(() =>
      retakeTool(count())
        .pipe((output: unknown) => String(output).length)
        .invoke({ from: 1 }),
    )
    await expectSameAgain(() => retakeRetriever(new Library({})).withConfig({}).invoke('cats'))
    await expectSameAgain(() =>
      retakeRetriever(new Library({}))
        .pipe((found: Document[]) => found.map(({ pageContent }) => pageContent))
        .invoke('cats'),
    )
  })
})

it('says so of a tool that takes no hooks', () => {
  expect(() => retakeTool(Object.freeze({ name: 'frozen', _call() {} }))).toThrow(TypeError)
})
