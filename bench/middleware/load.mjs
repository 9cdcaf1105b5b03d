// Sends requests over a few sockets that stay open, one at a time on each: a process of its own, so that
// its work is not the server's. Its parent tells it how many, and is told when all are answered.

import { connect } from 'node:net'
import { HELLO } from './servers.mjs'

const CONNECTIONS = 8

const [port, path] = process.argv.slice(2)
const request = `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nuser-agent: bench\r\n\r\n`
const sockets = Array.from({ length: CONNECTIONS }, () => connect(Number(port), '127.0.0.1'))

process.on('message', (requests) => {
  const share = requests / CONNECTIONS
  void Promise.all(sockets.map((socket) => ask(socket, share))).then(() => process.send('answered'))
})

/** Asks so many times, again as soon as the answer is there. */
function ask(socket, requests) {
  let left = requests
  let text = ''
  return new Promise((resolve, reject) => {
    function read(part) {
      text += part.toString('latin1')
      if (!text.endsWith(HELLO)) return
      if (!text.startsWith('HTTP/1.1 200 ')) reject(new Error(text))
      text = ''
      left--
      if (left > 0) socket.write(request)
      else resolve(socket.removeAllListeners())
    }

    socket.on('data', read)
    socket.once('error', reject)
    socket.write(request)
  })
}
