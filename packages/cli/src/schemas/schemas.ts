import type { z } from 'zod'
import { diff } from './diff.ts'
import { doctor } from './doctor.ts'
import { error } from './error.ts'
import { explain } from './explain.ts'
import { fork } from './fork.ts'
import { init } from './init.ts'
import { ls } from './ls.ts'
import { migrate } from './migrate.ts'
import { promote } from './promote.ts'
import { prune } from './prune.ts'
import { replay } from './replay.ts'
import { scan } from './scan.ts'
import { show } from './show.ts'
import { exported, imported } from './transfer.ts'
import { verify } from './verify.ts'

/** What commands print with `--json`, by the name of the command; and `error`. */
export const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  diff,
  doctor,
  error,
  explain,
  export: exported,
  fork,
  import: imported,
  init,
  ls,
  migrate,
  promote,
  prune,
  replay,
  scan,
  show,
  verify,
}
