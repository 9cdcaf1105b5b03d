import { setTimeout as pause } from 'node:timers/promises'

/** What the agents are told. The handlers read it on each request. */
export const prompt = { instructions: 'Use both tools, then decide.' }

/** How often a tool has really run. */
export const toolRuns = { total: 0 }

export function question(orderId: string): string {
  return `May order ${orderId} be refunded?`
}

// The tools answer otherwise each time, as the model does: what comes again was replayed.

export interface Order {
  readonly orderId: string
  readonly price: number
  readonly lookedUpAt: string
}

export async function lookUpOrder({ orderId }: { orderId: string }): Promise<Order> {
  toolRuns.total++
  await pause(60)
  return { orderId, price: 249.9, lookedUpAt: new Date().toISOString() }
}

export interface Policy {
  readonly goods: string
  readonly days: number
}

export async function checkPolicy({ goods }: { goods: string }): Promise<Policy> {
  toolRuns.total++
  await pause(30)
  return { goods, days: Math.floor(Math.random() * 60) }
}
