import { createServer } from 'node:http'
import { countDelivered } from './delivered.mjs'

// What the service of LangSmith says about itself.
const LANGSMITH_INFO = {
  version: '0.12.0',
  instance_flags: { gzip_body_enabled: true },
  batch_ingest_config: {
    use_multipart_endpoint: true,
    scale_up_qsize_trigger: 1000,
    scale_up_nthreads_limit: 16,
    scale_down_nempty_trigger: 4,
    size_limit: 100,
    size_limit_bytes: 20_971_520,
  },
}

// What the service of Braintrust says to a client that logs in.
const BRAINTRUST_LOGIN = (url) => ({
  org_info: [{ id: 'org', name: 'bench', api_url: url, proxy_url: url }],
})
const BRAINTRUST_PROJECT = {
  org_id: 'org',
  project: { id: 'project', name: 'bench', org_id: 'org' },
}

const ANSWERS = {
  '/info': () => LANGSMITH_INFO,
  '/api/apikey/login': BRAINTRUST_LOGIN,
  '/api/project/register': () => BRAINTRUST_PROJECT,
  '/version': () => ({}),
}

/**
 * Stands in for the services that the peers send to. It keeps what it gets, and looks into it only when
 * asked what was delivered. It runs in a process of its own, so its work is nobody's cost.
 */
export async function openSink() {
  const received = []
  const server = createServer((request, response) => {
    const answer = ANSWERS[request.url]
    const parts = []
    request.on('data', (part) => parts.push(part))
    request.on('end', () => {
      const { headers, url } = request
      if (answer === undefined) received.push({ headers, url, body: Buffer.concat(parts) })
      const isJson = /json|multipart/.test(headers['content-type'])
      if (answer || isJson) response.setHeader('content-type', 'application/json')
      response.end(answer ? JSON.stringify(answer(sink.url)) : isJson ? '{}' : '')
    })
  })
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const sink = {
    url: `http://127.0.0.1:${server.address().port}`,
    /** What has come, see `countDelivered`. */
    delivered: () => countDelivered(received),
    close: () => server.close().closeAllConnections(),
  }
  return sink
}
