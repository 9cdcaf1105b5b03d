import { createRequire } from 'node:module'
import { RunnableLambda } from '@langchain/core/runnables'
import type * as openaiModule from '@langchain/openai'
import { expect, it } from 'vitest'
import { callsOf, treeOf } from '@retake/testing'
import './register.ts'
import { openai, QUESTION } from './testing/models.ts'
import { expectSameAgain } from './testing/rehearse.ts'

it('arms LangChain and attaches itself, also to a copy that is loaded with require after it', async () => {
  const require = createRequire(import.meta.url)
  const { ChatOpenAI } = require('@langchain/openai') as typeof openaiModule

  const { recording } = await expectSameAgain(async (provider) => {
    const fields = {
      model: 'gpt-4o-mini',
      apiKey: 'none',
      configuration: { baseURL: provider.url },
    }
    const chain = RunnableLambda.from((text: string) => text).pipe(openai(provider))
    return [(await chain.invoke(QUESTION)).text, (await new ChatOpenAI(fields).invoke('hi')).text]
  })

  expect(callsOf(recording)).toHaveLength(2)
  expect(treeOf(recording)).toStrictEqual([
    'chain RunnableSequence',
    '  chain RunnableLambda',
    '  llm openai/gpt-4o-mini',
    'llm openai/gpt-4o-mini',
  ])
})
