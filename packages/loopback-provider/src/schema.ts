import { randomUUID } from 'node:crypto'
import { pick, randomNumber, randomWords } from './random.ts'

/** As much of JSON Schema as tools and structured answers commonly use. */
export interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly examples?: readonly unknown[]
  readonly default?: unknown
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
}

interface Context {
  readonly question: string
  readonly definitions: Readonly<Record<string, JsonSchema>>
}

/**
 * A random value of the given form. A string with a `pattern` is taken from the question where it has
 * a match, as a model would: `refund order A-1042` answers `^A-\d+$`.
 */
export function exampleOf(schema: JsonSchema, question = ''): unknown {
  return valueOf(schema, { question, definitions: schema.$defs ?? {} })
}

function valueOf(schema: JsonSchema, context: Context): unknown {
  if (schema.const !== undefined) return schema.const
  const [first, ...rest] = schema.enum ?? schema.examples ?? []
  if (first !== undefined) return pick([first, ...rest])
  if (schema.default !== undefined) return schema.default
  const alternative = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? definitionOf(schema, context)
  return alternative ? valueOf(alternative, context) : valueOfType(schema, context)
}

function definitionOf({ $ref = '' }: JsonSchema, { definitions }: Context): JsonSchema | undefined {
  return definitions[$ref.replace('#/$defs/', '')]
}

function valueOfType(schema: JsonSchema, context: Context): unknown {
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0]
  if (type === 'object' || schema.properties) return objectOf(schema, context)
  if (type === 'array') return arrayOf(schema, context)
  if (type === 'integer' || type === 'number') return numberOf(schema)
  if (type === 'boolean') return pick([true, false])
  return type === 'null' ? null : stringOf(schema, context)
}

function objectOf({ properties = {} }: JsonSchema, context: Context): Record<string, unknown> {
  const entries = Object.entries(properties)
  return Object.fromEntries(entries.map(([name, schema]) => [name, valueOf(schema, context)]))
}

function arrayOf({ items = {}, minItems = 2 }: JsonSchema, context: Context): unknown[] {
  return Array.from({ length: minItems }, () => valueOf(items, context))
}

function numberOf(schema: JsonSchema): number {
  const { exclusiveMinimum = -1, exclusiveMaximum = Number.POSITIVE_INFINITY } = schema
  const { minimum = exclusiveMinimum + 1, maximum = exclusiveMaximum - 1 } = schema
  return randomNumber(Math.ceil(minimum), Math.floor(Math.min(maximum, minimum + 1000)))
}

function stringOf(schema: JsonSchema, { question }: Context): string {
  const { format, pattern, minLength = 0, maxLength } = schema
  if (format) return formatted(format)
  const found = pattern && question.match(new RegExp(pattern.replaceAll(/^\^|\$$/g, '')))?.[0]
  if (found) return found
  const words = randomWords(Math.max(2, minLength))
  return Array.from(words).slice(0, maxLength).join('')
}

function formatted(format: string): string {
  const instant = new Date(Date.UTC(2026, 0, randomNumber(1, 31))).toISOString()
  if (format === 'date') return instant.slice(0, 10)
  if (format === 'date-time') return instant
  if (format === 'uuid') return randomUUID()
  if (format === 'email') return `user${randomNumber(1, 9999)}@example.com`
  if (format === 'uri' || format === 'url') return `https://example.com/${randomUUID()}`
  return randomWords(2)
}
