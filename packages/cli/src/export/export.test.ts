import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { expectDocumented } from '../testing/documented.ts'
import { createFolder, recordCassette, recordSession } from '../testing/record.ts'
import { runJson, runRetake } from '../testing/run.ts'
import { startApp } from '../testing/start-app.ts'

const HAR = {
  log: {
    version: '1.2',
    creator: { name: 'browser', version: '1' },
    entries: [
      {
        startedDateTime: '2026-01-01T00:00:00.000Z',
        time: 12,
        request: {
          method: 'GET',
          url: 'https://api.example.com/orders/1?access_token=hunter2hunter2',
          httpVersion: 'HTTP/1.1',
          cookies: [{ name: 'sid', value: 'hunter2hunter2' }],
          headers: [{ name: 'Authorization', value: 'Bearer hunter2hunter2' }],
          queryString: [],
          headersSize: -1,
          bodySize: 0,
        },
        response: {
          status: 200,
          statusText: 'OK',
          httpVersion: 'HTTP/1.1',
          cookies: [],
          headers: [{ name: 'content-type', value: 'application/json' }],
          content: { size: 12, mimeType: 'application/json', text: '{"total":42}' },
          redirectURL: '',
          headersSize: -1,
          bodySize: 12,
        },
        cache: {},
        timings: { send: 0, wait: 12, receive: 0 },
      },
    ],
  },
}

describe('retake export', () => {
  it('writes a session to a file, or to standard output for another program', async () => {
    const cwd = createFolder()
    const app = await startApp({ cwd })
    const { id } = await app.send('/grade', { essay: 'My cat' })

    const printed = await runRetake(['export', id, '--format', 'har'], { cwd })
    const written = await runJson(['export', id, '-F', 'otel', '-o', 'trace.json'], { cwd })

    expect(JSON.parse(printed.stdout)).toMatchObject({
      log: { entries: [{ request: { method: 'POST' }, response: { status: 200 } }] },
    })
    expect(printed.stderr).toContain('left out')
    expectDocumented('export', written.json)
    expect(written).toMatchObject({
      code: 0,
      json: { session: id, format: 'otel', file: 'trace.json', notes: [expect.any(String)] },
    })
    expect(readFileSync(join(cwd, 'trace.json'), 'utf8')).toContain('gen_ai.request.model')
  })

  it('writes a cassette, which can be put among the sessions of another folder', async () => {
    const [cwd, other] = [createFolder(), createFolder()]
    const id = await recordSession(cwd)
    const cassette = join(other, 'grade.cassette.json')

    const exported = await runRetake(['export', id, '-F', 'cassette', '-o', cassette], { cwd })
    const imported = await runJson(['import', 'grade.cassette.json'], { cwd: other })
    const again = await runJson(['import', 'grade.cassette.json'], { cwd: other })
    const compared = await runRetake(['diff', id, 'grade.cassette.json'], { cwd: other })

    expect(exported.code).toBe(0)
    expect(imported).toMatchObject({ code: 0, json: { session: id, events: 2 } })
    expect(again).toMatchObject({ code: 2, json: { error: { code: 'SESSION_EXISTS' } } })
    expect(compared).toMatchObject({ code: 0, stdout: expect.stringMatching(/^same/) })
  })

  it.each(['har', 'vcrpy', 'nock'])('writes no empty file in the form of %s', async (format) => {
    const cwd = createFolder()
    const id = await recordSession(cwd)

    const run = await runJson(['export', id, '-F', format, '-o', 'empty'], { cwd })

    expect(run).toMatchObject({ code: 2, json: { error: { code: 'NOTHING_TO_EXPORT' } } })
    expect(run.stderr).toContain('1 of kind llm left out')
    expect(existsSync(join(cwd, 'empty'))).toBe(false)
  })

  it('says in one line what is wrong', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)

    const runs = [
      await runRetake(['export', id], { cwd }),
      await runRetake(['export', id, '-F', 'pdf'], { cwd }),
      await runRetake(['export', id, '-F', 'cassette'], { cwd }),
      await runRetake(['export', '0000', '-F', 'har'], { cwd }),
    ]

    expect(runs.map(({ code }) => code)).toEqual([2, 2, 2, 3])
    expect(runs[2]?.stderr).toContain('--output')
  })
})

describe('retake import', () => {
  it('makes a session of a file, without its credentials', async () => {
    const cwd = createFolder()
    writeFileSync(join(cwd, 'orders.har'), JSON.stringify(HAR))

    const run = await runJson(['import', 'orders.har', '--name', 'orders'], { cwd })
    const { session } = run.json as { readonly session: string }
    const shown = await runRetake(['show', session, '--raw'], { cwd })

    expect(run).toMatchObject({ code: 0, json: { events: 1 } })
    expectDocumented('import', run.json)
    expect(JSON.parse(shown.stdout)).toMatchObject({
      session: { name: 'orders' },
      events: [{ kind: 'http', state: 'ok' }],
    })
    expect(shown.stdout).not.toContain('hunter2')
  })

  it('removes the values of credentials in the environment', async () => {
    const cwd = createFolder()
    const input = JSON.stringify(HAR).replace('OK', 'for Correct-Horse')
    const env = { SHOP_PASSWORD: 'Correct-Horse' }

    const run = await runJson(['import', '-'], { cwd, env, input })
    const { session } = run.json as { readonly session: string }
    const shown = await runRetake(['show', session, '--raw'], { cwd })

    expect(shown.stdout).toContain('for «secret:1»')
    expect(shown.stdout).not.toContain('Correct-Horse')
  })

  it('reads standard input, and writes a cassette', async () => {
    const cwd = createFolder()

    const run = await runJson(['import', '-', '-F', 'har', '--cassette', 'a.cassette.json'], {
      cwd,
      input: JSON.stringify(HAR),
    })

    expect(run).toMatchObject({ code: 0, json: { cassette: 'a.cassette.json', events: 1 } })
    expect(existsSync(join(cwd, '.retake'))).toBe(false)
  })

  it('says in one line what is wrong, and stores nothing', async () => {
    const cwd = createFolder()
    writeFileSync(join(cwd, 'notes.txt'), 'nothing of ours')
    writeFileSync(join(cwd, 'broken.har'), '{"log":{"entries":[{}]}}')
    await recordCassette(join(cwd, 'cut.cassette.json'))
    writeFileSync(join(cwd, 'cut.cassette.json'), '{"format":"retake"')

    const runs = [
      await runRetake(['import', 'missing.har'], { cwd }),
      await runRetake(['import', 'notes.txt'], { cwd }),
      await runRetake(['import', 'broken.har'], { cwd }),
      await runRetake(['import', 'cut.cassette.json'], { cwd }),
    ]

    expect(runs.map(({ code }) => code)).toEqual([3, 2, 5, 5])
    for (const { stderr } of runs) expect(stderr).toMatch(/^retake: [^\n]+\n$/)
    expect(existsSync(join(cwd, '.retake'))).toBe(false)
  })
})
