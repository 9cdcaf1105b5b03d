import type { Command } from 'commander'
import { addCompletion } from './completion/completion.ts'
import { addDoctor } from './doctor/doctor.ts'
import { addInit } from './init/init.ts'
import { addMigrate } from './migrate/migrate.ts'
import { addPrune } from './prune/prune.ts'
import { addScan } from './scan/scan.ts'
import { addSchema } from './schema/schema.ts'
import { addVerify } from './verify/verify.ts'

/** Adds what keeps sessions, cassettes and a project in order. */
export function addUpkeep(program: Command): void {
  for (const add of [
    addScan,
    addVerify,
    addMigrate,
    addPrune,
    addInit,
    addDoctor,
    addCompletion,
    addSchema,
  ])
    add(program)
}
