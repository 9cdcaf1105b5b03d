import { z } from 'zod'

const orderInput = z.object({ orderId: z.string().regex(/^A-\d+$/) })
const policyInput = z.object({ goods: z.enum(['shoes', 'phones', 'books']) })

interface ToolForm<Input> {
  readonly description: string
  readonly input: Input
}

/** What a model is told of the tools. */
export const toolForms: {
  readonly order: ToolForm<typeof orderInput>
  readonly policy: ToolForm<typeof policyInput>
} = {
  order: { description: 'Looks up an order.', input: orderInput },
  policy: { description: 'Tells for how many days goods can be returned.', input: policyInput },
}
