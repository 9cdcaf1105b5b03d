/** Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it. */
export const layers = {
  rows: {
    read: [],
    'exported.ts': [],
    // Requests and their answers, as all formats of HTTP tell them.
    exchange: ['read'],
    har: ['read', 'exported.ts', 'exchange'],
    nock: ['read', 'exported.ts', 'exchange'],
    otel: ['read', 'exported.ts', 'exchange'],
    vcrpy: ['read', 'exported.ts', 'exchange'],
    'detect-format.ts': ['read'],
    'formats.ts': ['read', 'exported.ts', 'exchange', 'har', 'nock', 'otel', 'vcrpy'],
    'index.ts': ['*'],
    testing: ['*'],
  },
  // Texts go in and come out: what reads and writes files is the business of who calls.
  builtins: {
    'node:buffer': ['exchange', 'har', 'nock', 'otel', 'vcrpy'],
    'node:crypto': ['otel/ids.ts'],
    'node:util': ['nock/write-nock.ts'],
    'node:zlib': ['exchange/plain-body.ts'],
  },
}
