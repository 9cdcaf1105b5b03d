import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * An environment without the caches and settings of whoever runs this.
 *
 * A tarball that an earlier run left in a cache would have the same name and version as the one to be installed.
 */
export function emptyEnvironment(root, home) {
  mkdirSync(home, { recursive: true })
  const kept = Object.entries(process.env).filter(([name]) => !isSetting(name))
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    USERPROFILE: home,
    // Its Node is the one that package.json pins.
    PATH: join(root, 'node_modules', '.bin') + delimiter + process.env.PATH,
    RETAKE_REPLAY_ENABLED: '1',
  }
}

function isSetting(name) {
  // On a server for CI too, since a user records on a machine of their own.
  return /^(?:npm|pnpm|yarn|xdg|retake)_|^NODE_(?:ENV|OPTIONS)$|^CI$/i.test(name)
}
