import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { printOutcome } from '../outcome.ts'
import { examine } from './examine.ts'
import { formatFindings } from './format-findings.ts'

/** Options of `retake doctor`. */
export interface DoctorOptions {
  readonly url?: string
}

/** Runs `retake doctor`. */
export async function doctor(context: Context, { url }: DoctorOptions): Promise<ExitCode> {
  const findings = await examine(context, url)
  const hasFailed = findings.some(({ level }) => level === 'fail')
  return printOutcome(context, {
    result: { ok: !hasFailed, findings },
    text: (terminal) => formatFindings(findings, terminal),
    exitCode: hasFailed ? EXIT.differs : EXIT.same,
  })
}
