import type { z } from 'zod'
import { doctor } from './doctor.ts'
import { error } from './error.ts'
import { init } from './init.ts'
import { ls } from './ls.ts'
import { migrate } from './migrate.ts'
import { prune } from './prune.ts'
import { scan } from './scan.ts'
import { show } from './show.ts'
import { verify } from './verify.ts'

/** What commands print with `--json`, by the name of the command; and `error`. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  doctor,
  error,
  init,
  ls,
  migrate,
  prune,
  scan,
  show,
  verify,
}
