import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'

/** What the agents are told. The handlers read it on each request. */
export const prompt = { instructions: 'Use both tools, then decide.' }

/** How often a tool has really run. */
export const toolRuns = { total: 0 }

// The tools answer otherwise each time, as the model does: what comes again was replayed.

export const order = {
  description: 'Looks up an order.',
  input: z.object({ orderId: z.string().regex(/^A-\d+$/) }),
  async lookUp({ orderId }: { orderId: string }) {
    toolRuns.total++
    await pause(60)
    return { orderId, price: 249.9, lookedUpAt: new Date().toISOString() }
  },
}

export const policy = {
  description: 'Tells for how many days goods can be returned.',
  input: z.object({ goods: z.enum(['shoes', 'phones', 'books']) }),
  async check({ goods }: { goods: string }) {
    toolRuns.total++
    await pause(30)
    return { goods, days: Math.floor(Math.random() * 60) }
  },
}

export function question(orderId: string): string {
  return `May order ${orderId} be refunded?`
}
