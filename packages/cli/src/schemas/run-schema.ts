import { z } from 'zod'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { CommandError } from '../failure.ts'
import { printOutcome } from '../outcome.ts'
import { SCHEMAS } from './schemas.ts'
import { printable } from '../terminal/printable.ts'

/** Runs `retake schema`. */
export function schema(context: Context, _options: object, name?: string): Promise<ExitCode> {
  const result = name === undefined ? allSchemas() : toJsonSchema(requireSchema(name))
  const text = () => JSON.stringify(result, undefined, 2)
  return Promise.resolve(printOutcome(context, { result, text }))
}

function allSchemas(): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(SCHEMAS).map(([name, each]) => [name, toJsonSchema(each)]),
  )
}

// As seen by who reads it: a later version may add fields.
function toJsonSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, { io: 'input', override: ({ jsonSchema }) => simplify(jsonSchema) })
}

// Of a date the format says enough, and of a whole number that it is one.
function simplify(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.format === 'date-time') delete schema.pattern
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
}

function requireSchema(name: string): z.ZodType {
  const found = Object.hasOwn(SCHEMAS, name) ? SCHEMAS[name] : undefined
  if (found !== undefined) return found
  throw new CommandError(
    'SCHEMA_NOT_FOUND',
    EXIT.notFound,
    `There is no schema of "${printable(name)}", only of ${Object.keys(SCHEMAS).join(', ')}.`,
  )
}
