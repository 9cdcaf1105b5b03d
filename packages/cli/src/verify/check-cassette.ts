import { CASSETTE_FORMAT } from '@retake/core/cassette-file'
import { type Inspection, inspectCassette } from '../cassettes/inspect-cassette.ts'
import { plural } from '../terminal/plural.ts'
import { checkData, unreadable } from './check-data.ts'
import type { Checked, Problem } from './problem.ts'

/** Checks a cassette: what it holds, and the form of its file. */
export function checkCassette(file: string, name: string): Checked {
  try {
    const inspection = inspectCassette(file)
    const { data } = inspection
    const problems = [...checkData(data, 'attention'), ...checkForm(inspection)]
    return { kind: 'cassette', name, events: data.events.length, problems }
  } catch (error) {
    return { kind: 'cassette', name, events: 0, problems: [unreadable(error)] }
  }
}

/** What is to be said of the form of a cassette's file. */
export function checkForm({
  format,
  version,
  isCanonical,
  unusedBlobs,
}: Omit<Inspection, 'data' | 'options'>): readonly Problem[] {
  if (format === 'newer') return [newer(version)]
  if (format === 'older') return [older(version)]
  const canonical = isCanonical ? [] : [NOT_CANONICAL]
  return unusedBlobs.length === 0 ? canonical : [...canonical, unused(unusedBlobs)]
}

const NOT_CANONICAL: Problem = {
  level: 'attention',
  code: 'not-canonical',
  message: 'is not in the form in which it is written: "retake migrate" puts it there',
}

function older(version: number): Problem {
  return {
    level: 'attention',
    code: 'older-format',
    message: `has format ${version}, and ${CASSETTE_FORMAT.v} is the current one: "retake migrate" brings it there`,
  }
}

function newer(version: number): Problem {
  return {
    level: 'note',
    code: 'newer-format',
    message: `has format ${version}, which is newer than that of this version (${CASSETTE_FORMAT.v})`,
  }
}

function unused(blobs: readonly string[]): Problem {
  return {
    level: 'attention',
    code: 'unused-blobs',
    message: `has ${plural(blobs.length, 'blob')} that nothing refers to: "retake migrate" removes them`,
  }
}
