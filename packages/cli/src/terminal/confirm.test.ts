import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { confirm } from './confirm.ts'

async function answer(text: string): Promise<{ isYes: boolean; asked: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const confirmed = confirm('Remove all?', input, output)
  input.end(text)
  const isYes = await confirmed
  return { isYes, asked: String(output.read()) }
}

describe('confirm', () => {
  it.each(['y\n', 'YES\n', ' yes \n'])('takes %j for yes', async (text) => {
    expect(await answer(text)).toEqual({ isYes: true, asked: 'Remove all? [y/N] ' })
  })

  it.each(['\n', 'n\n', 'yesterday\n', ''])('takes %j for no', async (text) => {
    expect((await answer(text)).isYes).toBe(false)
  })
})
