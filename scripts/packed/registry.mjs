import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { basename } from 'node:path'

// Package managers hold back a version that is younger than a day or so.
const PUBLISHED_AT = '2020-01-01T00:00:00.000Z'

/**
 * An npm registry on the loopback interface that has the packed packages, and sends all other requests to `upstream`.
 *
 * In a scope of ours it has nothing else: what we forgot to publish must not be found as a stranger's package.
 */
export async function startRegistry(packages, upstream) {
  const byName = new Map(packages.map((packed) => [packed.manifest.name, packed]))
  const byPath = new Map(packages.map((packed) => [tarballPath(packed), packed]))
  const scopes = [...byName.keys()].map(scopeOf).filter((scope) => scope.startsWith('@'))

  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url).slice(1)
    if (byPath.has(path)) response.end(readFileSync(byPath.get(path).tarball))
    else if (byName.has(path)) sendJson(response, 200, packument(byName.get(path), url))
    else if (scopes.includes(scopeOf(path))) sendJson(response, 404, { error: 'Not found' })
    else response.writeHead(307, { location: new URL(request.url.slice(1), upstream).href }).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${server.address().port}/`

  return { url, close: () => closeServer(server) }
}

function packument({ integrity, manifest, tarball }, url) {
  const { name, version } = manifest
  const dist = { tarball: url + tarballPath({ tarball }), integrity }
  return {
    name,
    'dist-tags': { latest: version },
    time: { created: PUBLISHED_AT, modified: PUBLISHED_AT, [version]: PUBLISHED_AT },
    versions: { [version]: { ...manifest, dist } },
  }
}

function tarballPath({ tarball }) {
  return `-/${basename(tarball)}`
}

function scopeOf(path) {
  return path.split('/')[0]
}

function sendJson(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function closeServer(server) {
  server.close()
  server.closeAllConnections()
}
