import { serve } from '@hono/node-server'
import { createRetake } from '@retake/core'
import { propagate, retakeFetch } from '@retake/fetch'
import { retakeMiddleware } from '@retake/hono'
import { Hono } from 'hono'
import OpenAI from 'openai'
import { announce, settings } from './settings.ts'

const { PROVIDER_URL, FACTS_URL, SESSION_SECRET: secret } = settings
const openai = new OpenAI({ baseURL: PROVIDER_URL, apiKey: 'none', fetch: retakeFetch() })

propagate({ to: [FACTS_URL], secret })

const app = new Hono()

app.use(retakeMiddleware(createRetake({ service: 'research' }), { trustSession: { secret } }))

app.get('/research/:topic', async (context) => {
  // Asked twice for the same, at the same time: each has an answer of its own.
  const facts = await Promise.all([askForFact(), askForFact()])
  const { output_text } = await openai.responses.create({
    model: 'gpt-5-mini',
    input: `What follows for ${context.req.param('topic')} from ${facts.join(' and ')}?`,
  })
  return context.text(`${facts.join('\n')}\n${output_text}`)
})

async function askForFact(): Promise<string> {
  const response = await fetch(`${FACTS_URL}/fact`)
  return response.text()
}

const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, () => announce(server))
