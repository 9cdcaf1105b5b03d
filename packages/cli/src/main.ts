#!/usr/bin/env node
import { CommanderError } from 'commander'
import { createProgram, exitCodeOf } from './program.ts'

try {
  await createProgram().parseAsync()
} catch (error) {
  if (!(error instanceof CommanderError)) throw error
  process.exitCode = exitCodeOf(error.code)
}
