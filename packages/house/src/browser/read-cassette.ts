// What a page does that shows a session, as a script that runs without Node. It is told its input, and tells what it
// found, by globals.

import { decode, sha256 } from '@retake/format'
import { parseCassette } from '@retake/format/cassette-file'

interface Page {
  readonly text: string
  readonly blobs: Readonly<Record<string, Uint8Array>>
  found?: unknown
}

const page = globalThis as unknown as Page
const { session, events } = parseCassette(page.text, readBlob)
const bytes = decode({ $rt: 'bytes', type: 'Uint8Array', v: 'AAEC/w==' }) as Uint8Array
page.found = {
  id: session.id,
  events: JSON.stringify(events),
  bytes: [...bytes],
  hash: sha256('é'),
  hasNode: 'process' in globalThis || 'Buffer' in globalThis,
}

function readBlob(name: string): Uint8Array {
  const blob = page.blobs[name]
  if (blob === undefined) throw new Error(`There is no blob ${name}.`)
  return blob
}
