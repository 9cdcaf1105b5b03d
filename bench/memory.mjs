// What recording costs in memory: open sessions, many calls, a long stream.

import { join } from 'node:path'
import { atMost, exactly, judge } from './shared/bars.mjs'
import { runWorker } from './shared/rounds.mjs'

const KILOBYTE = 1024
const MEGABYTE = 2 ** 20
// What varies from run to run when nothing is kept at all.
const NO_GROWTH_KB = 1024
const STREAM_BUFFER_MB = 256

const worker = join(import.meta.dirname, 'memory', 'measure.mjs')
const results = {}
for (const name of ['openSessions', 'openSpans', 'calls', 'sessions', 'stream'])
  results[name] = await runWorker(worker, [name], ['--expose-gc'])
const { openSessions, openSpans, calls, sessions, stream } = results

const bars = [
  atMost('heap per open session, of 10,000', openSessions.bytesEach, 2 * KILOBYTE, 'B'),
  atMost('heap per open span, of 10,000', openSpans.bytesEach, 2 * KILOBYTE, 'B'),
  atMost('heap grown over 10,000 calls', calls.growth / KILOBYTE, NO_GROWTH_KB, 'KB'),
  atMost('heap grown over 10,000 sessions', sessions.growth / KILOBYTE, NO_GROWTH_KB, 'KB'),
  atMost(
    'memory added by a stream of 100 MB',
    (stream.rss - stream.bareRss) / MEGABYTE,
    STREAM_BUFFER_MB,
    'MB',
  ),
  exactly('MB of that stream that the app got', stream.megabytes, 100),
  exactly('it is marked as truncated', stream.truncated, true),
  exactly('its replay is refused with', stream.refusal.split(':')[0], 'REPLAY_NO_SNAPSHOTS'),
]
judge('memory', { rounds: 1, bars, results })
