import type { CallCodec } from '@retake/core/adapter'
import { Bubble, packBubble } from './bubble.ts'
import type { Classes } from './classes.ts'
import { listen, type EmissionListener } from './emission-listener.ts'
import type { Emissions, ToolContext, ToolRun } from './emission-notes.ts'
import { createEmissionPlayer, type EmissionPlayer } from './emission-player.ts'
import { withGraphClasses } from './graph-classes.ts'
import { pack, TAG } from './pack.ts'
import { packPlaced, readPlaced } from './placed-output.ts'
import { noteRenamed } from './renamed-ids.ts'
import { isGenerator } from './tool-stream.ts'
import { unpack } from './unpack.ts'

const EMITTED = 'emitted'

/** A stored output, with what the tool told while it ran. */
interface Emitted {
  readonly output?: unknown
  readonly emissions: Emissions
}

interface ToolCall {
  readonly classes: Classes
  readonly run: ToolRun | undefined
  readonly config: ToolContext | undefined
}

/**
 * Stores the output of one run of a tool, with what it told while it ran; in a replay that is told again, beginning when the
 * call is made, before the output is handed out.
 *
 * @param execute runs the tool with a config.
 */
export function createToolCodec(
  { classes, run: manager, config }: ToolCall,
  execute: (config: ToolContext | undefined) => Promise<unknown>,
): { readonly codec: CallCodec; readonly run: () => Promise<unknown> } {
  let listener: EmissionListener | undefined
  let player: EmissionPlayer | undefined
  let givesParts = false
  const place = { run: manager, config }
  const packOutput = (output: unknown) => packPlaced(output, (value) => pack(value, classes), place)

  function unpackOutput(stored: unknown, all: Classes): unknown {
    const { output, renamed, resolve } = readPlaced(stored, place)
    noteRenamed(renamed)
    return unpack(output, all, resolve)
  }

  const codec: CallCodec = {
    isEarly: true,
    pack(output) {
      if (output instanceof Bubble) return packBubble(output)
      const packed = packOutput(output)
      const isLast = !givesParts || isLastPart(output)
      const emissions = listener?.take(isLast)
      return emissions ? { [TAG]: EMITTED, output: packed, emissions } : packed
    },
    packFailed() {
      const emissions = listener?.take(true)
      return emissions && { [TAG]: EMITTED, emissions }
    },
    async unpack(stored) {
      const all = await withGraphClasses(stored, classes)
      if (!isEmitted(stored)) return unpackOutput(stored, all)
      player ??= createEmissionPlayer(manager, config)
      await player.play(stored.emissions, (packed, resolve) => unpack(packed, all, resolve))
      return unpackOutput(stored.output, all)
    },
  }

  async function run(): Promise<unknown> {
    listener = listen(manager, config, classes)
    const { config: heard } = listener
    const output = await listener.run(() => execute(heard))
    givesParts = isGenerator(output)
    return output
  }

  return { codec, run }
}

function isEmitted(stored: unknown): stored is Emitted {
  return typeof stored === 'object' && stored !== null && Reflect.get(stored, TAG) === EMITTED
}

function isLastPart(part: unknown): boolean {
  return typeof part === 'object' && part !== null && ('returned' in part || 'threw' in part)
}
