import Anthropic from '@anthropic-ai/sdk'
import { createRetake } from '@retake/core'
import { retakeMiddleware } from '@retake/express'
import { retakeFetch } from '@retake/fetch'
import express from 'express'
import { announce, settings } from './settings.ts'

const { PROVIDER_URL, SESSION_SECRET: secret } = settings
const baseURL = PROVIDER_URL.replace(/\/v1$/, '')
const anthropic = new Anthropic({ baseURL, apiKey: 'none', fetch: retakeFetch() })

const app = express()

app.use(retakeMiddleware(createRetake({ service: 'facts' }), { trustSession: { secret } }))

app.get('/fact', async (_request, response) => {
  const { content } = await anthropic.messages.create({
    model: 'claude-haiku-4-5',
    max_tokens: 400,
    messages: [{ role: 'user', content: 'Tell a fact.' }],
  })
  response.send(content.map((block) => (block.type === 'text' ? block.text : '')).join(''))
})

const server = app.listen(0, '127.0.0.1', () => announce(server))
