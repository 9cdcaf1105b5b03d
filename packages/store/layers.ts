/** Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it. */
export const layers = {
  rows: {
    'store.ts': [],
    'session-id.ts': [],
    'write-session.ts': ['store.ts'],
    // What every list of sessions does, wherever they live.
    listing: ['store.ts'],
    'memory.ts': ['store.ts', 'session-id.ts', 'listing'],
    disk: [],
    'journal-files': ['store.ts', 'disk'],
    'directory/listing': ['store.ts', 'listing', 'disk', 'journal-files'],
    directory: ['store.ts', 'session-id.ts', 'disk', 'journal-files', 'directory/listing'],
    'cassette-files': ['disk'],
    'index.ts': ['*'],
  },
  // Asked for when a store is made, so that the package loads where there is no disk.
  builtins: {
    'node:fs': ['disk', 'directory/listing'],
    'node:path': ['disk'],
    'node:buffer': ['directory/listing'],
  },
}
