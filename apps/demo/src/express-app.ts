import type { Retake } from '@retake/core'
import { retakeMiddleware } from '@retake/express'
import { pipeUIMessageStreamToResponse, type LanguageModel } from 'ai'
import express, { type ErrorRequestHandler, type Express } from 'express'
import { decideRefund } from './agent.ts'

export function createExpressApp(model: LanguageModel, retake: Retake): Express {
  const app = express()

  app.use(retakeMiddleware(retake))

  app.get('/refund/:orderId', async (request, response) => {
    const stream = await decideRefund(model, request.params.orderId)
    await pipeUIMessageStreamToResponse({ response, stream })
  })

  app.use(answerError)

  return app
}

// Four parameters are what makes it a handler of errors.
const answerError: ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(502).send('The agent failed.')
}
