// Follows the packages of Retake from the app through their dependencies, and fails where two of them find different copies of
// a third.

const { createRequire } = require('node:module')

// For each package: a file of it that can be found by name, and the packages that it needs.
const packages = require('./packages.json')

const installed = process.argv.slice(2)
const copies = new Map()

for (const name of installed) follow(name, __filename)

function follow(name, from) {
  const { file, needs } = packages[name]
  const found = createRequire(from).resolve(file)
  const known = copies.get(name)
  if (known === undefined) {
    copies.set(name, { found, from })
    for (const needed of needs) follow(needed, found)
  } else if (known.found !== found) {
    throw new Error(
      `There are two copies of ${name}:\n${known.from} finds ${known.found}\n${from} finds ${found}`,
    )
  }
}
