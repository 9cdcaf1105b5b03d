import type { Retake } from '@retake/core'
import { retakeMiddleware } from '@retake/hono'
import { createUIMessageStreamResponse, type LanguageModel } from 'ai'
import { Hono } from 'hono'
import { decideRefund } from './agent.ts'

export function createHonoApp(model: LanguageModel, retake: Retake): Hono {
  const app = new Hono()

  app.use(retakeMiddleware(retake))

  app.get('/refund/:orderId', async (context) => {
    const stream = await decideRefund(model, context.req.param('orderId'))
    return createUIMessageStreamResponse({ stream })
  })

  app.onError((_error, context) => context.text('The agent failed.', 502))

  return app
}
