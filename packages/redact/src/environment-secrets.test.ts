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
      COMPAT: 'es2022-with-more',
      GIT_ASKPASS: 'askpass-helper-1',
    })

    expect(secrets).toEqual([])
  })

  it.each([
    'PGPASSWORD',
    'OPENAI_APIKEY',
    'openaiApiKey',
    'accessToken',
    'DB_PASS',
    'DBPASS',
    'MYSQL_PWD',
    'GITHUB_PAT',
    'NPM_CONFIG__AUTH',
    'SERVICE_CREDENTIALS',
    'AWS_SECRET_ACCESS_KEY',
    'VAPID_KEYS',
    'npm_config_//registry.internal/:_authToken',
  ])('knows a credential by the end of its name: %s', (name) => {
    expect(secretValues({ [name]: 'hunter2-hunter2' })).toEqual(['hunter2-hunter2'])
  })

  it.each([
    ['the working directory', '/home/ann/projects/retake'],
    ['a path on Windows', 'C:\\Users\\ann\\key.json'],
    ['a path from here', './secrets/service-account.json'],
    ['a list of paths', '/usr/local/bin:/usr/bin'],
    ['a path with much in it', '/Users/Ann/Projects/2024/Retake/keys/service-account.json'],
    ['a number', '1234567890'],
    ['a date', '2026-12-01 10:00'],
    ['a host name', 'db.internal.example.com'],
    ['a host with its port', 'localhost:5432'],
    ['a URL without user information', 'https://login.example.com/oauth/token'],
    ['a password that images come with', 'postgres'],
  ])('never takes %s for one', (_name, value) => {
    expect(
      secretValues({ PWD: value, OLDPWD: value, SOME_KEY: value, MYSQL_PASSWORD: value }),
    ).toEqual([])
  })

  it('never takes the working directory for one, whatever it is', () => {
    expect(secretValues({ PWD: 'hunter2-hunter2', OLDPWD: 'hunter2-hunter2' })).toEqual([])
  })

  it('takes Base64 that begins like a path', () => {
    const value = '/kP3x9Qm2LwZ7vT1rYb8NcD4/5fGhJ6sA0eU='

    expect(secretValues({ AZURE_STORAGE_KEY: value })).toEqual([value])
  })

  it('takes the password out of any URL, as it is written and as it is meant', () => {
    const secrets = secretValues({
      DATABASE_URL: 'postgres://app:p%40ss-w0rd-1@db.internal:5432/app',
      REDIS_URL: 'redis://localhost:6379',
    })

    expect(secrets).toEqual(['p%40ss-w0rd-1', 'p@ss-w0rd-1'])
  })
})

// Names as these environments have them, with made-up values.
const ENVIRONMENTS = {
  'GitHub Actions': {
    secrets: ['ghs_a1B2c3D4e5F6g7H8i9J0', 'eyJhbGciOi.runtime.token1', 'id-token-0a1b2c3d'],
    variables: {
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_TOKEN: 'ghs_a1B2c3D4e5F6g7H8i9J0',
      ACTIONS_RUNTIME_TOKEN: 'eyJhbGciOi.runtime.token1',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'id-token-0a1b2c3d',
      ACTIONS_ID_TOKEN_REQUEST_URL: 'https://pipelines.example.com/oidc?api-version=2.0',
      ACTIONS_CACHE_URL: 'https://cache.example.com/a1b2c3/',
      GITHUB_ENV: '/home/runner/work/_temp/_runner_file_commands/set_env_1',
      GITHUB_PATH: '/home/runner/work/_temp/_runner_file_commands/add_path_1',
      GITHUB_WORKSPACE: '/home/runner/work/app/app',
      GITHUB_REPOSITORY: 'acme/app',
      GITHUB_SHA: '5d0c1a7f9e3b2d4c6a8f0e1b3d5c7a9f1e3b5d7c',
      GITHUB_REF_NAME: 'main',
      RUNNER_TOOL_CACHE: '/opt/hostedtoolcache',
      RUNNER_TEMP: '/home/runner/work/_temp',
      PWD: '/home/runner/work/app/app',
      HOME: '/home/runner',
      ACCEPT_EULA: 'Y',
      ANDROID_HOME: '/usr/local/lib/android/sdk',
      AGENT_TOOLSDIRECTORY: '/opt/hostedtoolcache',
    },
  },
  Docker: {
    secrets: ['s3cr3t-of-the-db'],
    variables: {
      HOSTNAME: '3f2a9c1d7e5b',
      HOME: '/root',
      PWD: '/app',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      NODE_VERSION: '24.11.1',
      YARN_VERSION: '1.22.22',
      POSTGRES_PASSWORD: 's3cr3t-of-the-db',
      POSTGRES_PASSWORD_FILE: '/run/secrets/postgres-password',
      JWT_SECRET_FILE: '/run/secrets/jwt',
      DATABASE_URL: 'postgres://app:s3cr3t-of-the-db@db:5432/app',
    },
  },
  macOS: {
    secrets: [],
    variables: {
      TMPDIR: '/var/folders/x1/y2z3/T/',
      SSH_AUTH_SOCK: '/private/tmp/com.apple.launchd.a1B2c3D4/Listeners',
      XPC_SERVICE_NAME: 'application.com.googlecode.iterm2.1234567',
      __CF_USER_TEXT_ENCODING: '0x1F5:0x0:0x0',
      SECURITYSESSIONID: '186a8-100003',
      TERM_SESSION_ID: 'w0t0p0:0A1B2C3D-4E5F-6071-8293-A4B5C6D7E8F9',
      PWD: '/Users/ann/Projects/app',
      OLDPWD: '/Users/ann/Projects',
      LOGNAME: 'ann',
    },
  },
  'VS Code': {
    secrets: [],
    variables: {
      VSCODE_GIT_ASKPASS_NODE: '/Applications/Visual Studio Code.app/Contents/Helper',
      VSCODE_GIT_ASKPASS_MAIN: '/Applications/Visual Studio Code.app/Contents/askpass-main.js',
      GIT_ASKPASS: '/Applications/Visual Studio Code.app/Contents/askpass.sh',
      VSCODE_GIT_IPC_HANDLE: '/var/folders/x1/vscode-git-0a1b2c3d4e.sock',
      VSCODE_INJECTION: '1',
      VSCODE_NONCE: '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
      TERM_PROGRAM: 'vscode',
      COLORTERM: 'truecolor',
      PWD: '/Users/ann/Projects/app',
    },
  },
  Vercel: {
    secrets: ['eyJhbGciOiJSUzI1NiJ9.a1.b2', 'bypass-a1B2c3D4e5F6'],
    variables: {
      VERCEL: '1',
      VERCEL_ENV: 'production',
      VERCEL_URL: 'app-a1b2c3d4.vercel.app',
      VERCEL_PROJECT_PRODUCTION_URL: 'app.example.com',
      VERCEL_OIDC_TOKEN: 'eyJhbGciOiJSUzI1NiJ9.a1.b2',
      VERCEL_AUTOMATION_BYPASS_SECRET: 'bypass-a1B2c3D4e5F6',
      VERCEL_GIT_COMMIT_SHA: '5d0c1a7f9e3b2d4c6a8f0e1b3d5c7a9f1e3b5d7c',
      VERCEL_GIT_REPO_SLUG: 'app',
      VERCEL_DEPLOYMENT_ID: 'dpl_a1B2c3D4e5F6',
      AWS_REGION: 'us-east-1',
      LAMBDA_TASK_ROOT: '/var/task',
      NX_DAEMON: 'false',
    },
  },
} satisfies Record<string, { secrets: readonly string[]; variables: Record<string, string> }>

describe('a whole environment', () => {
  it.each(Object.entries(ENVIRONMENTS))('of %s', (_name, { secrets, variables }) => {
    expect(secretValues(variables)).toEqual(secrets)
  })
})
