/**
 * A recorded part of what a tool gives bit by bit: something it has yielded, what it has returned, or that it has thrown,
 * for what it told before that.
 */
export type Yielded =
  | { readonly yielded: unknown }
  | { readonly returned: unknown }
  | { readonly threw: true }

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
export async function* recordedYields(output: Generator): AsyncGenerator<Yielded> {
  try {
    for (;;) {
      const { done, value } = await output.next()
      yield done ? { returned: value } : { yielded: value }
      if (done) return
    }
  } catch (error) {
    yield { threw: true }
    throw error
  } finally {
    await output.return(undefined)
  }
}

/** What a tool has yielded and returned. */
export async function* givenYields(
  parts: AsyncGenerator<Yielded>,
): AsyncGenerator<unknown, unknown> {
  for await (const part of parts) {
    if ('returned' in part) return part.returned
    if ('yielded' in part) yield part.yielded
  }
  return undefined
}
