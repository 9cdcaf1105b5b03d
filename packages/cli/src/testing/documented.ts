import { expect } from 'vitest'
import { SCHEMAS } from '../schemas/schemas.ts'

/** Expects that what a command has printed with `--json` is as its schema says, and that the schema says all of it. */
export function expectDocumented(command: string, json: unknown): void {
  const schema = SCHEMAS[command]
  if (schema === undefined) throw new Error(`There is no schema of "${command}".`)
  // Parsing leaves out what an object does not name.
  expect(schema.parse(json)).toEqual(json)
}
