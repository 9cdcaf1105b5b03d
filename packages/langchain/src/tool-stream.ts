import type { Classes } from './classes.ts'
import { conceal, concealAs, isLive, reveal } from './concealed.ts'

/** A recorded part of what a tool gives bit by bit: something it has yielded, or what it has returned. */
export type Yielded = { readonly yielded: unknown } | { readonly returned: unknown }

type Generator = AsyncGenerator<unknown, unknown>

/** Whether a tool gives its output bit by bit. */
export function isGenerator(output: unknown): output is Generator {
  return (
    typeof output === 'object' &&
    output !== null &&
    Symbol.asyncIterator in output &&
    'next' in output
  )
}

/** What a tool yields and returns, as parts to be recorded. */
export async function* recordedYields(
  output: Generator,
  classes: Classes,
): AsyncGenerator<Yielded> {
  try {
    for (;;) {
      const { done, value } = await output.next()
      const packed = conceal(value, classes)
      yield done
        ? concealAs({ returned: packed }, { returned: value })
        : concealAs({ yielded: packed }, { yielded: value })
      if (done) return
    }
  } finally {
    await output.return(undefined)
  }
}

/** What a tool has yielded and returned, or what a recording makes of it. */
export async function* revealedYields(
  parts: AsyncGenerator<Yielded>,
  classes: Classes,
): AsyncGenerator<unknown, unknown> {
  for await (const part of parts) {
    const given = (isLive(part) ? reveal(part, classes) : revealPart(part, classes)) as Yielded
    if ('returned' in given) return given.returned
    yield given.yielded
  }
  return undefined
}

function revealPart(part: Yielded, classes: Classes): Yielded {
  if ('returned' in part) return { returned: reveal(part.returned, classes) }
  return { yielded: reveal(part.yielded, classes) }
}
