import { createOpenAI } from '@ai-sdk/openai'
import { wrapProvider } from '@retake/ai-sdk'
import { createRetake } from '@retake/core'
import { retakeMiddleware } from '@retake/express'
import { propagate } from '@retake/fetch'
import { generateText } from 'ai'
import express from 'express'
import { announce, settings } from './settings.ts'

const { PROVIDER_URL, RESEARCH_URL, SESSION_SECRET } = settings
const openai = wrapProvider(createOpenAI({ baseURL: PROVIDER_URL, apiKey: 'none' }))

propagate({ to: [RESEARCH_URL], secret: SESSION_SECRET })

const app = express()

app.use(retakeMiddleware(createRetake({ service: 'front' })))

app.get('/report/:topic', async (request, response) => {
  const { topic } = request.params
  const research = await (await fetch(`${RESEARCH_URL}/research/${topic}`)).text()
  const { text } = await generateText({
    model: openai('gpt-5-mini'),
    prompt: `Write a report on ${topic} from this: ${research}`,
  })
  response.json({ topic, research, text })
})

const server = app.listen(0, '127.0.0.1', () => announce(server))
