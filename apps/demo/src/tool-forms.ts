import { z } from 'zod'

/** What a model is told of the tools. */
export const toolForms = {
  order: {
    description: 'Looks up an order.',
    input: z.object({ orderId: z.string().regex(/^A-\d+$/) }),
  },
  policy: {
    description: 'Tells for how many days goods can be returned.',
    input: z.object({ goods: z.enum(['shoes', 'phones', 'books']) }),
  },
}
