import { retakeFetch } from '@retake/fetch'
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

  it('tells the tokens and the cost of a model that was asked over HTTP', async () => {
    const cwd = createFolder()
    const usage = { prompt_tokens: 96, completion_tokens: 4 }
    const fetch = retakeFetch(async () => Response.json({ choices: [], usage }))
    const body = JSON.stringify({ model: 'gpt-5-mini', messages: [] })
    await recordSession(cwd, {
      retake: { price: () => 0.25 },
      run: () => fetch('https://api.openai.com/v1/chat/completions', { method: 'POST', body }),
    })

    const { stdout: listed } = await runRetake(['ls'], { cwd })
    const { stdout: shown } = await runRetake(['show', 'last'], { cwd })

    expect(listed).toMatch(/ 96 \+ 4 tokens +\$0\.2500/)
    expect(shown).toMatch(/^cost +1 events, 96 \+ 4 tokens, \$0\.2500$/m)
    expect(shown).toMatch(/ http POST https:\/\/api\.openai\.com\S+ .* 96 \+ 4 tokens +\$0\.2500 /)
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
