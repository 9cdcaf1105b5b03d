import { fileURLToPath } from 'node:url'

const pnpm = fileURLToPath(new URL('../../node_modules/.bin/pnpm', import.meta.url))
const yarn = fileURLToPath(import.meta.resolve('@yarnpkg/cli-dist/bin/yarn.js'))

/**
 * The package managers, each as it comes: npm puts packages flat into node_modules, pnpm links them, yarn (Plug'n'Play) has
 * no node_modules and lets a package import only what its package.json names.
 *
 * `peers` are the peers that an app names beside our packages: npm puts all of them where the app finds them, pnpm only where the
 * package does, and yarn installs none.
 */
export const managers = [
  {
    name: 'yarn',
    peers: ['express', 'ai', 'zod'],
    settings: (registry) => ({
      '.yarnrc.yml': [
        `npmRegistryServer: "${registry.replace(/\/$/, '')}"`,
        'unsafeHttpWhitelist: ["127.0.0.1"]',
        'enableTelemetry: false',
        'enableImmutableInstalls: false',
      ].join('\n'),
      // Marks the folder as a project of its own.
      'yarn.lock': '',
    }),
    install: ['node', yarn, 'add'],
    // What `yarn node` says to Node, without a start of yarn each time.
    node: ['node', '--require', './.pnp.cjs', '--experimental-loader', './.pnp.loader.mjs'],
    execute: ['node', yarn, 'run'],
  },
  {
    name: 'npm',
    peers: [],
    settings: (registry) => ({
      '.npmrc': `registry=${registry}\naudit=false\nfund=false\nupdate-notifier=false\n`,
    }),
    install: ['npm', 'install'],
    node: ['node'],
    execute: ['npm', 'exec', '--'],
  },
  {
    name: 'pnpm',
    peers: ['express'],
    settings: (registry) => ({ '.npmrc': `registry=${registry}\n` }),
    install: [pnpm, 'add'],
    node: ['node'],
    execute: [pnpm, 'exec'],
  },
]
