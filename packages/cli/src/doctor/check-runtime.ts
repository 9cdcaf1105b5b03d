import { fail, type Finding, ok } from './finding.ts'

/** The oldest Node with which Retake works. */
const OLDEST = [22, 13] as const

/** Whether this Node can run Retake. */
export function checkRuntime(version: string = process.versions.node): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
  if (isEnough) return ok('node', `Node ${version}`)
  return fail('node', `Node ${version} is too old`, `Use Node ${OLDEST.join('.')} or newer.`)
}
