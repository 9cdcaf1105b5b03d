import { expect, it } from 'vitest'
import { z } from 'zod'
import { exampleOf, type JsonSchema } from './schema.ts'

const forms = {
  numbers: z.object({ some: z.number().gt(3).lt(9), whole: z.int().min(-5).max(-2) }),
  strings: z.object({ short: z.string().max(3), long: z.string().min(80) }),
  formats: z.object({
    email: z.email(),
    id: z.uuid(),
    day: z.iso.date(),
    at: z.iso.datetime(),
    link: z.url(),
  }),
  choices: z.object({
    one: z.literal('this'),
    some: z.enum(['a', 'b']),
    either: z.union([z.string(), z.number()]),
    maybe: z.string().nullable(),
  }),
  lists: z.object({ some: z.array(z.boolean()), many: z.array(z.number()).min(4) }),
  shared: z.object({ from: z.object({ city: z.string() }).meta({ id: 'Place' }) }),
}

it.each(Object.entries(forms))('makes values of a schema: %s', (_name, form) => {
  const schema = z.toJSONSchema(form) as JsonSchema

  const values = Array.from({ length: 20 }, () => exampleOf(schema))

  for (const value of values) expect(form.parse(value)).toEqual(value)
})

it('makes other values each time', () => {
  const schema = z.toJSONSchema(z.object({ a: z.string(), b: z.uuid() })) as JsonSchema

  expect(exampleOf(schema)).not.toEqual(exampleOf(schema))
})

it('prefers what the schema gives as examples or default', () => {
  const schema = { properties: { a: { examples: ['x'] }, b: { type: 'number', default: 7 } } }

  expect(exampleOf(schema)).toEqual({ a: 'x', b: 7 })
})

it('finds what a pattern asks for in the question', () => {
  const schema = { properties: { order: { type: 'string', pattern: '^A-\\d+$' } } }

  expect(exampleOf(schema, 'Where is A-1042?')).toEqual({ order: 'A-1042' })
})
