type Shape =
  | 'openai'
  | 'anthropic'
  | 'plain'
  | 'aws'
  | 'github'
  | 'githubNew'
  | 'slack'
  | 'google'
  | 'stripe'
  | 'jwt'
  | 'bearer'
  | 'basic'
  | 'pem'

// Put together here, so that no scanner takes this file for a leak.
/** Credentials that are known by their shape. */
export const SECRETS: Readonly<Record<Shape, string>> = {
  openai: ['sk-proj-Ab1', 'x9'.repeat(12)].join(''),
  anthropic: ['sk-ant-api03-', 'Zz0'.repeat(10)].join(''),
  plain: ['sk-', 'a1B2c3D4'.repeat(4)].join(''),
  aws: ['AKIA', 'ABCDEFGHIJ123456'].join(''),
  github: ['ghp_', 'a1'.repeat(18)].join(''),
  githubNew: ['github_pat_', 'a1_'.repeat(12)].join(''),
  slack: ['xoxb-', '1234567890-abc'].join(''),
  google: ['AIza', 'Sy0_'.repeat(9)].join(''),
  stripe: ['sk_live_', 'a1'.repeat(12)].join(''),
  jwt: ['eyJhbGciOiJI', 'eyJzdWIiOiIx', 'c2lnbmF0dXJl'].join('.'),
  bearer: 'Bearer opaque-token-0123456789',
  basic: `Basic ${btoa('user:correct horse')}`,
  pem: ['-----BEGIN RSA PRIVATE KEY', '\nMIIEow==\nabc/+\n', 'END RSA PRIVATE KEY-----'].join(
    '-----',
  ),
}
