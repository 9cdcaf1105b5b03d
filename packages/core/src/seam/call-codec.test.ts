import { describe, expect, it } from 'vitest'
import { call, createRetake, type CallOptions } from '../index.ts'
import type { CallCodec, Note } from '../adapter.ts'
import { createMemoryStore } from '@retake/store'
import { readAll, streamOf } from '../../test/streams.ts'

const environment = { RETAKE_REPLAY_ENABLED: '1' }

class Word {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

function wordCodec(): CallCodec {
  return {
    pack: (value) => (value as Word).text,
    unpack: async (packed) => new Word(String(packed)),
  }
}

/** Records `body`, replays it, and gives both results with what was stored. */
async function recordAndReplay<T>(body: () => Promise<T>) {
  const store = createMemoryStore()
  const retake = createRetake({ store, environment, log: false })
  let id = ''
  const live = await retake.session((session) => {
    id = session.id
    return body()
  })
  const data = await store.load(id)
  const replayed = await retake.replay(id, body)
  return {
    live,
    replayed,
    event: data?.events[0],
    fork: () => retake.replay(id, body, { until: 1 }),
  }
}

function options(codec: CallCodec): CallOptions {
  return { kind: 'llm', name: 'words', request: 1, codec }
}

describe('a codec of a call', () => {
  it('stores the plain form, and gives the app the value itself', async () => {
    const word = new Word('one')

    const { live, replayed, event } = await recordAndReplay(async () =>
      call(options(wordCodec()), async () => word),
    )

    expect(live).toBe(word)
    expect(event?.outcome?.value).toBe('one')
    expect(replayed).toStrictEqual(word)
  })

  it('stores the plain forms of the parts of a stream', async () => {
    const { live, replayed, event } = await recordAndReplay(async () =>
      readAll(call(options(wordCodec()), () => streamOf([new Word('one'), new Word('two')]))),
    )

    expect(event?.outcome?.stream?.parts).toEqual(['one', 'two'])
    expect(replayed).toStrictEqual(live)
  })

  it('that fails costs the recording, and not the call', async () => {
    const codec = { ...wordCodec(), pack: () => JSON.parse('{') as unknown }
    const store = createMemoryStore()
    const retake = createRetake({ store, environment, log: false })
    let id = ''

    const word = await retake.session((session) => {
      id = session.id
      return call(options(codec), async () => new Word('one'))
    })

    expect(word).toStrictEqual(new Word('one'))
    expect(retake.stats().withheld).toBe(1)
    await expect(retake.replay(id, async () => call(options(codec), () => 1))).rejects.toThrow(
      /could not be stored/,
    )
  })
})

describe('notes of a stream', () => {
  /** Reads a stream of two words, with a note between them and one at its end, and what was told of the notes. */
  async function readNoted() {
    const told: unknown[] = []
    let note: Note = () => {}
    const codec: CallCodec = {
      pack: (part) => ({ part }),
      unpack(packed) {
        const { part, said } = packed as { part?: unknown; said?: unknown }
        if (said !== undefined) tell(said)
        return part
      },
      isNote: (stored) => 'said' in (stored as object),
      onOpen: (given) => void (note = given),
      onEnd: () => tell('over'),
    }
    function tell(said: unknown): void {
      told.push(said)
      note({ said })
    }
    const parts: unknown[] = []
    for await (const part of call(options(codec), () => words(() => tell('between')))) {
      parts.push(part)
      told.push(`got ${part}`)
    }
    return { parts, told }
  }

  async function* words(between: () => void) {
    yield 'one'
    between()
    yield 'two'
  }

  it('are stored as parts in their order, and not handed out', async () => {
    const { live, replayed, event, fork } = await recordAndReplay(readNoted)

    expect(event?.outcome?.stream?.parts).toEqual([
      { part: 'one' },
      { said: 'between' },
      { part: 'two' },
      { said: 'over' },
    ])
    expect(replayed).toStrictEqual(live)
    expect((await fork()).parts).toEqual(['one', 'two'])
  })
})
