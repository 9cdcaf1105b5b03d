import { spawn } from 'node:child_process'
import { chownSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, run } from './programs.ts'
import { startServer, type RunningServer } from './running-server.ts'

/** A database that this machine may have. */
export interface Server {
  readonly name: string
  readonly installed: boolean
  readonly start: () => Promise<RunningServer>
}

const postgres = findProgram('postgres')
const initdb = findProgram('initdb')
const redis = findProgram('redis-server')

export const POSTGRESQL: Server = {
  name: 'PostgreSQL',
  installed: postgres !== undefined && initdb !== undefined,
  start: () => startServer(startPostgres, 'ready to accept connections'),
}

export const REDIS: Server = {
  name: 'Redis',
  installed: redis !== undefined,
  start: () => startServer(startRedis, 'eady to accept connections'),
}

function startPostgres(directory: string, port: number) {
  const account = postgresAccount()
  const options = { cwd: directory, ...account }
  const data = join(directory, 'data')
  if (!existsSync(data)) {
    if (account) chownSync(directory, account.uid, account.gid)
    run(initdb!, `-D ${data} -U test -A trust -E UTF8 --locale=C --no-sync`.split(' '), options)
  }
  const flags = `-D ${data} -k ${directory} -h 127.0.0.1 -p ${port} -F -N 200`
  return spawn(postgres!, flags.split(' '), options)
}

function startRedis(directory: string, port: number) {
  const flags = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--dir', directory]
  return spawn(redis!, flags)
}

/** PostgreSQL refuses to run as root. Its package brings an account. */
function postgresAccount() {
  if (process.getuid?.() !== 0) return undefined
  return { uid: Number(run('id', ['-u', 'postgres'])), gid: Number(run('id', ['-g', 'postgres'])) }
}
