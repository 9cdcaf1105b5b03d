import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { scanSecrets, scanText, type SecretFinding } from '@retake/core/cassette-file'
import { readCassetteFile } from '@retake/core/stores/cassette-files'
import { blobFolderOf } from '../cassettes/find-cassettes.ts'
import type { Context } from '../context.ts'
import { toFailure } from '../failure.ts'

/** What was found in one cassette. */
export interface ScannedCassette {
  readonly findings: readonly SecretFinding[]
  /** Why it cannot be read. Its text was looked through nevertheless. */
  readonly problem?: string
}

type Environment = Context['environment']

/** Looks for secrets in a cassette, and in what lies in its files without being a part of it. */
export function scanCassette(file: string, environment: Environment): ScannedCassette {
  try {
    const findings = scanSecrets(readCassetteFile(file), environment)
    const leftovers = [...unusedParts(file), ...unusedBlobs(file)]
    return { findings: [...findings, ...leftovers.flatMap((each) => scanOne(each, environment))] }
  } catch (error) {
    const { message } = toFailure(error)
    const texts = [{ at: '(text)', text: readText(file) }, ...unusedBlobs(file, '')]
    return { problem: message, findings: texts.flatMap((each) => scanOne(each, environment)) }
  }
}

interface Text {
  readonly at: string
  readonly text: string
}

function scanOne({ at, text }: Text, environment: Environment): readonly SecretFinding[] {
  return scanText(text, environment).map(({ path, rule }) => ({
    path: [at, path].filter(Boolean).join('.'),
    rule,
  }))
}

// A part that nothing refers to is committed all the same.
function unusedParts(file: string): readonly Text[] {
  const text = readText(file)
  const { parts = {} } = JSON.parse(text) as { readonly parts?: Readonly<Record<string, unknown>> }
  return Object.entries(parts)
    .filter(([name]) => !text.includes(`"$part": "${name}"`))
    .map(([name, part]) => ({ at: `parts.${name}`, text: JSON.stringify(part) }))
}

function unusedBlobs(file: string, text: string = readText(file)): readonly Text[] {
  const folder = blobFolderOf(file)
  return namesIn(folder)
    .filter((name) => !text.includes(name))
    .map((name) => ({ at: `(blob ${name})`, text: readText(join(folder, name)) }))
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [entry.name] : [],
    )
  } catch {
    return []
  }
}

// What is no plain file may never come to an end.
function readText(file: string): string {
  try {
    return statSync(file).isFile() ? readFileSync(file, 'utf8') : ''
  } catch {
    return ''
  }
}
