import { invalidCassette } from './error.ts'

/** A cassette's file as it was parsed, before anything in it was looked at. */
export type CassetteJson = Readonly<Record<string, unknown>>

/** Turns a file of version N into one of version N + 1. Pure: the file on the disk stays as it is. */
export type Migration = (file: CassetteJson) => CassetteJson

/** By the version they start from. Each one comes with a golden file under `test/golden`. */
export const migrations: Readonly<Record<number, Migration>> = {}

/**
 * Brings a file to version `target`. A newer file is left as it is.
 *
 * @throws {ReplayInvalidSessionError} when there is no way from its version.
 */
export function migrate(
  file: CassetteJson,
  target: number,
  steps: Readonly<Record<number, Migration>> = migrations,
): CassetteJson {
  let current = file
  for (let v = Number(file.v); v < target; v++) {
    const step = steps[v]
    if (step === undefined)
      throw invalidCassette('format', `version ${v} of the format is not known`)
    current = { ...step(current), v: v + 1 }
  }
  return current
}
