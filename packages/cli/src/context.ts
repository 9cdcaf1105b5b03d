import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { createDirectoryStore } from '@retake/core/stores/directory'
import type { Store } from '@retake/core'
import { CommandError } from './failure.ts'
import { EXIT } from './exit-codes.ts'
import { createTerminal, type Terminal } from './terminal/terminal.ts'

/** What every command is given. */
export interface Context {
  /** Folder that paths are relative to. */
  readonly cwd: string
  /** Folder of the sessions, whole. */
  readonly directory: string
  readonly store: Store
  readonly terminal: Terminal
  /** Print JSON instead of text. */
  readonly isJson: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Options that every command takes. */
export interface CommonOptions {
  readonly dir?: string
  readonly json?: boolean
  readonly color?: boolean
}

/** Resolves what all commands share. */
export function createContext({
  dir = '.retake',
  json = false,
  color = true,
}: CommonOptions = {}): Context {
  const cwd = process.cwd()
  const directory = resolve(cwd, dir)
  return {
    cwd,
    directory,
    store: createDirectoryStore({ directory }),
    terminal: createTerminal({ color: color && !json }),
    isJson: json,
    environment: process.env,
  }
}

/** Fails when there is no folder of sessions: a wrong folder must not look like one without sessions. */
export function requireDirectory({ directory }: Context): void {
  if (existsSync(directory)) return
  throw new CommandError(
    'NO_DIRECTORY',
    EXIT.notFound,
    `There is no folder ${directory}. Record a session first, or name the folder with --dir.`,
  )
}
