import type { BaseChatModel } from '@langchain/core/language_models/chat_models'
import type { Retake } from '@retake/core'
import { retakeMiddleware } from '@retake/express'
import express, { type Express } from 'express'
import { decideRefundByLangChain } from './langchain-agent.ts'

export function createLangChainApp(model: BaseChatModel, retake: Retake): Express {
  const app = express()

  app.use(retakeMiddleware(retake))

  app.get('/refund/:orderId', async (request, response) => {
    for await (const text of decideRefundByLangChain(model, request.params.orderId)) {
      response.write(text)
    }
    response.end()
  })

  return app
}
