import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { EndRecord, SessionRecord } from '@retake/core'
import { newId } from '@retake/core/adapter'
import { createDirectoryStore } from '@retake/core/stores/directory'
import { createFolder, recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'

const DAY_MS = 86_400_000

interface Stored extends Partial<SessionRecord> {
  /** Absent for a session without an end. */
  readonly end?: EndRecord['endState']
  /** When its file was written to. */
  readonly changedDays?: number
}

// Sessions that started some days ago.
function store(folder: string, days: number, { end, changedDays = days, ...session }: Stored = {}) {
  const directory = join(folder, '.retake')
  const startedAt = new Date(Date.now() - days * DAY_MS).toISOString()
  const id = newId()
  const record = { v: 1, type: 'session', id, startedAt, capture: 'redacted', seed: 1 } as const
  const log = createDirectoryStore({ directory }).open({ ...record, ...session })
  const totals = { events: 0, kinds: {}, errors: 0, usage: {}, costUsd: 0 }
  if (end) {
    log.append({ type: 'end', status: 'completed', endState: end, endedAt: startedAt, totals })
  }
  log.close()
  const changed = new Date(Date.now() - changedDays * DAY_MS)
  utimesSync(join(directory, `${id}.jsonl`), changed, changed)
  return id
}

function idsIn(folder: string): readonly string[] {
  return readdirSync(join(folder, '.retake'))
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length))
}

describe('retake prune', () => {
  it('removes what is older, and says how much that was', async () => {
    const cwd = createFolder()
    const old = store(cwd, 40, { end: 'success' })
    const young = store(cwd, 10, { end: 'success' })

    const run = await runJson(['prune', '--older-than', '30d', '--yes'], { cwd })

    expect(run).toMatchObject({
      code: 0,
      stderr: '',
      json: {
        dryRun: false,
        sessions: [{ id: old, endState: 'success', bytes: expect.any(Number) }],
        kept: { running: 0, failures: 0, unreadable: 0 },
      },
    })
    const { bytes, sessions } = run.json as { bytes: number; sessions: { bytes: number }[] }
    expect(bytes).toBe(sessions[0]?.bytes)
    expect(idsIn(cwd)).toEqual([young])
  })

  it('only tells what it would remove in a dry run, the oldest first', async () => {
    const cwd = createFolder()
    const [old, older] = [store(cwd, 40, { end: 'success' }), store(cwd, 50, { name: 'job' })]

    const run = await runRetake(['prune', '--older-than', '4w', '--dry-run'], { cwd })
    const [first = '', second = '', summary] = run.stdout.split('\n')

    expect(run.code).toBe(0)
    expect(first).toMatch(new RegExp(`^${older}.* job$`))
    expect(second.startsWith(old)).toBe(true)
    expect(summary).toMatch(/^Would remove 2 sessions, \d+ B\.$/)
    expect(idsIn(cwd)).toHaveLength(2)
  })

  it('keeps failures when it is told to', async () => {
    const cwd = createFolder()
    store(cwd, 40, { end: 'success' })
    const failed = store(cwd, 40, { end: 'failure' })

    const run = await runRetake(['prune', '--older-than', '30d', '--keep-failures', '-y'], { cwd })

    expect(run.stdout).toMatch(/^Removed 1 session, \d+ B\.\n1 failed, kept\.\n$/)
    expect(idsIn(cwd)).toEqual([failed])
  })

  it('never removes a session that is still running', async () => {
    const cwd = createFolder()
    const running = store(cwd, 40, { changedDays: 0 })
    const dead = store(cwd, 40, { changedDays: 1 })

    const run = await runJson(['prune', '--older-than', '30d', '--yes'], { cwd })

    expect(run.json).toMatchObject({ sessions: [{ id: dead }], kept: { running: 1 } })
    expect(idsIn(cwd)).toEqual([running])
  })

  it('removes what has expired', async () => {
    const cwd = createFolder()
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()
    store(cwd, 2, { end: 'success', expiresAt: inDays(-1) })
    const kept = store(cwd, 400, { end: 'success', expiresAt: inDays(1) })
    const recorded = await recordSession(cwd)

    const run = await runRetake(['prune', '--expired', '--yes'], { cwd })

    expect(run.stdout).toMatch(/^Removed 1 session, /)
    expect(idsIn(cwd).toSorted()).toEqual([kept, recorded].toSorted())
  })

  it('removes all files of a session to which several processes wrote', async () => {
    const cwd = createFolder()
    const id = store(cwd, 40, { end: 'success' })
    const directory = join(cwd, '.retake')
    const session = { v: 1, type: 'session', id, startedAt: '2026-01-01T00:00:00.000Z' } as const
    createDirectoryStore({ directory })
      .open({ ...session, capture: 'redacted', seed: 1 })
      .close()

    await runRetake(['prune', '--older-than', '30d', '--yes'], { cwd })

    expect(readdirSync(directory).filter((name) => name.startsWith(id))).toEqual([])
  })

  it('leaves alone what it cannot read', async () => {
    const cwd = createFolder()
    store(cwd, 40, { end: 'success' })
    const torn = join(cwd, '.retake', `${newId()}.jsonl`)
    writeFileSync(torn, '{"v":1,"type":"ses')

    const run = await runRetake(['prune', '--older-than', '30d', '--yes'], { cwd })

    expect(run.stdout).toContain('1 cannot be read, kept: see "retake verify --sessions".')
    expect(existsSync(torn)).toBe(true)
  })

  it('removes nothing that nobody has agreed to', async () => {
    const cwd = createFolder()
    const id = store(cwd, 40, { end: 'success' })

    const run = await runRetake(['prune', '--older-than', '30d'], { cwd, input: 'y\n' })
    const json = await runJson(['prune', '--older-than', '30d'], { cwd })

    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toMatch(
      /^retake: Nothing was removed\. To remove 1 session \(\d+ B\) from .*, say --yes\.\n$/,
    )
    expect(json).toMatchObject({ code: 2, json: { error: { code: 'NOT_CONFIRMED' } } })
    expect(idsIn(cwd)).toEqual([id])
  })

  it('asks for nothing when there is nothing to remove', async () => {
    const cwd = createFolder()
    store(cwd, 1, { end: 'success' })

    const run = await runRetake(['prune', '--older-than', '30d'], { cwd })

    expect(run).toEqual({ code: 0, stdout: 'Nothing to remove.\n', stderr: '' })
  })

  it.each([
    ['no rule', [], 2, 'Say which sessions are to go'],
    ['an age without a unit', ['--older-than', '30'], 2, 'Use a number with a unit'],
    ['no folder', ['--expired', '--dir', 'nowhere'], 3, 'There is no folder'],
  ])('says in a line what is wrong with %s', async (_what, args, code, message) => {
    const run = await runRetake(['prune', ...args], { cwd: createFolder() })

    expect(run).toMatchObject({ code, stderr: expect.stringContaining(message) })
  })
})
