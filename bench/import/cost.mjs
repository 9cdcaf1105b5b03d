// Imports what a contestant is, and prints what this process has used since it was started, as JSON.

import { CONTESTANTS } from './contestants.mjs'

const [name] = process.argv.slice(2)
for (const specifier of CONTESTANTS[name]) await import(specifier)
const { user, system } = process.cpuUsage()
const rssMb = process.memoryUsage.rss() / 2 ** 20
console.log(JSON.stringify({ cpuMs: (user + system) / 1000, wallMs: performance.now(), rssMb }))
process.exit()
