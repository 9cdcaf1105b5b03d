import { describe, expect, it } from 'vitest'
import { createFolder, recordSession } from './record.ts'
import { runJson, runRetake } from './run.ts'

describe('the command line', () => {
  it('lists a session that was recorded, and shows it', async () => {
    const cwd = createFolder()
    const id = await recordSession(cwd)

    const listed = await runJson(['ls'], { cwd })
    const shown = await runRetake(['show', 'last'], { cwd })

    expect(listed).toMatchObject({ code: 0, stderr: '', json: { sessions: [{ id }] } })
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('openai/gpt-5-mini') })
  })

  it('says in one line what it does not understand', async () => {
    const run = await runRetake(['show'], { cwd: createFolder() })

    expect(run).toMatchObject({ code: 2, stdout: '' })
    expect(run.stderr).toBe("error: missing required argument 'session'\n(see --help)\n")
  })

  it('tells of a folder that is not there, also to scripts', async () => {
    const run = await runJson(['ls'], { cwd: createFolder() })

    expect(run).toMatchObject({ code: 3, json: { error: { code: 'NO_DIRECTORY' } } })
  })
})
