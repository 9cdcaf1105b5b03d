// Records a session of so many calls into a folder, and prints its id as JSON.

import { requestOf } from './exchanges.mjs'
import { openRetake, recordSession, sdkApp } from './retake.mjs'

const [directory, calls] = process.argv.slice(2)
const ask = (request) => sdkApp.json(request)
const requests = Array.from({ length: Number(calls) }, (_, number) => requestOf(number, false))
console.log(JSON.stringify(await recordSession(openRetake(directory), ask, requests)))
