import { subscribe } from 'node:diagnostics_channel'
import { writeFileSync } from 'node:fs'
import { afterAll } from 'vitest'

let connections = 0

subscribe('net.client.socket', () => void connections++)

afterAll(() => writeFileSync('connections.json', JSON.stringify(connections)))
