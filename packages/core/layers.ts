/**
 * Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it.
 *
 * @see docs/decisions/0064-five-packages-beside-core.md
 */
export const layers = {
  rows: {
    runtime: [],
    // They know no session.
    streams: ['runtime'],
    virtual: ['runtime'],
    session: ['runtime', 'streams', 'virtual'],
    // These do not know each other: `SessionReplay` is all that a call knows of a replay.
    seam: ['runtime', 'streams', 'session'],
    emissions: ['runtime', 'session'],
    replay: ['runtime', 'streams', 'virtual', 'session'],
    fence: ['session'],
    'stand-ins': ['runtime', 'virtual', 'session'],
    'resolve-config.ts': ['runtime', 'virtual', 'session', 'fence'],
    host: ['runtime', 'session', 'replay', 'stand-ins', 'fence'],
    'effects.ts': ['runtime', 'session', 'seam'],
    'child-environment.ts': ['session', 'replay'],
    'retake.ts': ['session', 'seam', 'replay', 'stand-ins', 'resolve-config.ts', 'host'],
    'index.ts': ['*'],
    'adapter.ts': ['*'],
    'host.ts': ['*'],
    // What the other packages of the house are under the name of core.
    stores: [],
    'cassette-file.ts': [],
  },
  // All others take types, and are handed what is made of them.
  valuesOf: {
    '@retake/redact': ['resolve-config.ts', 'cassette-file.ts'],
    '@retake/store': ['resolve-config.ts', 'stores'],
  },
  builtins: {
    'node:async_hooks': ['session'],
    'node:crypto': ['runtime'],
    // Named by what replaces its functions.
    'node:module': ['runtime'],
    'node:timers': ['stand-ins'],
    'node:timers/promises': ['stand-ins'],
    'node:diagnostics_channel': ['fence'],
    // Their types: how requests are made.
    'node:http': ['fence'],
    'node:http2': ['fence'],
    'node:net': ['fence'],
  },
}
