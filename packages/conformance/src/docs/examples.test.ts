import { startProvider } from '@retake/loopback-provider'
import { afterAll, describe, expect, it } from 'vitest'
import { compile, createWorkbench, readExamples, type Example } from './examples.ts'
import { freePort, runServer, runTests, runToEnd } from './run-example.ts'

const PORT = '3000'
const workbench = createWorkbench()
const examples = readExamples()
const servers = examples.filter(({ code }) => code.includes(PORT))
const tests = examples.filter(({ code }) => code.includes("'@retake/vitest'"))
const programs = examples.filter((one) => !servers.includes(one) && !tests.includes(one))

afterAll(() => workbench.clear())

async function recordAndReplay(example: Example) {
  const provider = await startProvider()
  const port = await freePort()
  const file = workbench.write({ ...example, code: example.code.replaceAll(PORT, String(port)) })
  const options = { folder: workbench.folder, port, providerUrl: provider.url }
  const server = await runServer(file, options)
  const url = `${server.url}/haiku`
  const recorded = await fetch(url)
  const recordedBytes = await recorded.bytes()
  const { total: calls } = provider.calls
  await provider.close()
  const session = recorded.headers.get('X-Session-Id') ?? ''
  const replayed = await fetch(url, { headers: { 'X-Replay': session } })
  const replayedBytes = await replayed.bytes()
  await server.stop()
  return { calls, recordedBytes, replayedBytes, of: replayed.headers.get('X-Replay-Of'), session }
}

describe.concurrent('the examples of the docs', () => {
  it('are there', () => {
    expect(servers.length).toBeGreaterThanOrEqual(3)
    expect(programs.length).toBeGreaterThanOrEqual(2)
    expect(tests.length).toBeGreaterThanOrEqual(1)
  })

  it('compile', () => {
    const files = examples.map((example) => workbench.write(example))

    expect(compile(files)).toBe('')
  })

  it.each(programs)('run: $name', async (example) => {
    const provider = await startProvider()
    const options = { folder: workbench.folder, providerUrl: provider.url }
    const ended = await runToEnd(workbench.write(example), options)
    await provider.close()

    expect(ended).toEqual({ code: 0, errors: '' })
  })

  it.each(servers)('serve, record and replay: $name', async (example) => {
    const { calls, recordedBytes, replayedBytes, of, session } = await recordAndReplay(example)

    expect(calls).toBe(1)
    expect(recordedBytes.length).toBeGreaterThan(0)
    expect(of).toBe(session)
    expect(replayedBytes).toEqual(recordedBytes)
  })

  it.each(tests)(
    'are recorded as tests, and pass without a model: $name',
    async ({ name, code }) => {
      const provider = await startProvider()
      const file = workbench.write({ name: `${name} test`, code })
      const options = { folder: workbench.folder, providerUrl: provider.url }
      const recorded = await runTests(file, options)
      const { total: calls } = provider.calls
      await provider.close()
      const replayed = await runTests(file, options, { CI: '1' })

      expect([recorded, replayed]).toMatchObject([{ code: 0 }, { code: 0 }])
      expect(calls).toBeGreaterThan(0)
    },
  )
})
