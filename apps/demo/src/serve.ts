import { once } from 'node:events'
import { recordAll } from './record.ts'
import type { Stage } from './stage.ts'
import { bold, dim, print } from './terminal.ts'

/** Records a request on each server, prints what can be done with it, and waits for Ctrl-C. */
export async function serveUntilStopped(stage: Stage): Promise<void> {
  const recordings = await recordAll(stage)
  for (const { server, session } of Object.values(recordings)) {
    const curl = `curl -i ${server.url}/refund/A-1042`
    print()
    print(bold(server.name))
    print(`record            ${curl}`)
    print(`replay            ${curl} -H 'X-Replay: ${session}'`)
    print(`refuse any change ${curl} -H 'X-Replay: ${session};match=strict'`)
    print(`new last answer   ${curl} -H 'X-Replay: ${session};until=3;miss=live'`)
  }
  print(dim(`\nSessions are in ${stage.directory}. Ctrl-C ends the demo and removes them.`))
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
}
