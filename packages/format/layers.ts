/** Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it. */
export const layers = {
  rows: {
    'bytes.ts': [],
    'errors.ts': [],
    'event.ts': [],
    'lazily.ts': [],
    'path.ts': [],
    'real.ts': [],
    'event-kinds.ts': ['event.ts'],
    'outcome.ts': ['event.ts'],
    'ticks.ts': ['event.ts'],
    'usage.ts': ['event.ts'],
    'time.ts': ['real.ts'],
    'sha256.ts': ['lazily.ts'],
    'hash.ts': ['bytes.ts', 'sha256.ts'],
    'ids.ts': ['hash.ts', 'real.ts', 'time.ts'],
    'records.ts': ['event.ts', 'ids.ts'],
    codec: ['bytes.ts', 'errors.ts', 'event.ts', 'hash.ts'],
    compare: ['event.ts'],
    'replay-report.ts': ['event.ts', 'compare'],
    journal: ['errors.ts', 'event.ts', 'event-kinds.ts', 'ticks.ts', 'codec'],
    'checks.ts': ['journal'],
    'cassette-file': ['bytes.ts', 'errors.ts', 'event.ts', 'hash.ts', 'codec', 'journal'],
    'index.ts': ['*'],
  },
  // Asked for when something is hashed, and done without in a browser, which has none.
  builtins: { 'node:crypto': ['hash.ts'] },
}
