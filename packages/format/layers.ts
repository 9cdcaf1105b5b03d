/** Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it. */
export const layers = {
  rows: {
    'errors.ts': [],
    'event.ts': [],
    'lazily.ts': [],
    'bytes.ts': ['lazily.ts'],
    'path.ts': [],
    'real.ts': [],
    'capture-level.ts': ['event.ts'],
    'event-kinds.ts': ['event.ts'],
    'outcome.ts': ['event.ts'],
    'ticks.ts': ['event.ts'],
    'usage.ts': ['event.ts'],
    'time.ts': ['real.ts'],
    'sha256.ts': ['lazily.ts'],
    'hash.ts': ['bytes.ts', 'sha256.ts'],
    'ids.ts': ['hash.ts', 'real.ts', 'time.ts'],
    codec: ['bytes.ts', 'errors.ts', 'event.ts', 'hash.ts'],
    'body-type.ts': ['codec'],
    compare: ['bytes.ts', 'errors.ts', 'event.ts', 'hash.ts', 'codec'],
    drift: ['event.ts', 'hash.ts', 'lazily.ts', 'codec'],
    'emissions.ts': ['event.ts', 'codec'],
    'replay-report.ts': ['event.ts', 'compare'],
    journal: ['errors.ts', 'event.ts', 'event-kinds.ts', 'ticks.ts', 'codec'],
    'summary.ts': ['event.ts', 'journal'],
    'index.ts': ['*'],
    // Entries of their own, which import the main one by its name.
    'cassette-file': ['index.ts'],
    'records.ts': ['index.ts'],
  },
  // Asked for when something is hashed, and done without in a browser, which has none.
  builtins: { 'node:crypto': ['hash.ts'] },
}
