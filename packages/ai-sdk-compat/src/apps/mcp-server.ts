// An MCP server over stdio, written out by hand: it tells on a file each time it is started and each time a tool runs.
import { appendFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

interface Request {
  readonly id?: number
  readonly method: string
  readonly params?: { readonly protocolVersion?: string; readonly arguments?: { city?: string } }
}

const log = process.argv[2] ?? ''
let runs = 0

const weather = {
  name: 'weather',
  title: 'Weather',
  description: 'Tells the weather',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  },
}

function answer({ method, params }: Request): unknown {
  if (method === 'initialize') {
    const serverInfo = { name: 'stations', version: '1.0.0' }
    const capabilities = { tools: {}, resources: {} }
    return { protocolVersion: params?.protocolVersion, capabilities, serverInfo }
  }
  if (method === 'tools/list') return { tools: [weather] }
  if (method === 'tools/call') return callTool(params?.arguments?.city ?? '')
  if (method === 'resources/list') {
    return { resources: [{ uri: 'station://oslo', name: `Oslo, read ${++runs} times` }] }
  }
  return {}
}

function callTool(city: string): unknown {
  appendFileSync(log, 'tool\n')
  const text = `${++runs} degrees in ${city}, ${performance.now()}`
  const image = { type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' }
  return { content: [{ type: 'text', text }, image] }
}

appendFileSync(log, 'start\n')
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request
  if (request.id === undefined) continue
  const response = { jsonrpc: '2.0', id: request.id, result: answer(request) }
  process.stdout.write(`${JSON.stringify(response)}\n`)
}
