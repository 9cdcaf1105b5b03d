import { describe, expect, it } from 'vitest'
import { secretValues } from './environment-secrets.ts'

describe('secretValues', () => {
  it('collects the values of credentials, those of Retake among them', () => {
    const secrets = secretValues({
      OPENAI_API_KEY: 'sk-1234567890',
      DATABASE_PASSWORD: 'correct horse',
      github_token: 'ghp-lowercase',
      RETAKE_REPLAY_SECRET: 'hunter2hunter2',
      SENTRY_DSN: 'https://key@sentry.example/1',
    })

    expect(secrets).toEqual([
      'sk-1234567890',
      'correct horse',
      'ghp-lowercase',
      'hunter2hunter2',
      'https://key@sentry.example/1',
    ])
  })

  it('takes no common words, flags or other variables for credentials', () => {
    const secrets = secretValues({
      USE_API_KEY: 'true',
      SHORT_TOKEN: '1234567',
      KEYBOARD: 'qwertzuiop',
      TOKENIZER: 'cl100k_base',
      PATH: '/usr/local/bin:/usr/bin',
      EMPTY_KEY: undefined,
    })

    expect(secrets).toEqual([])
  })
})
