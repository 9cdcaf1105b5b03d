type Steps<T> = Pick<AsyncGenerator<T>, 'next' | 'return' | 'throw'>

export function toGenerator<T>(steps: Steps<T>): AsyncGenerator<T> {
  const generator = {
    ...steps,
    [Symbol.asyncIterator]: () => generator,
    [Symbol.asyncDispose]: async () => void (await steps.return(undefined)),
  } as AsyncGenerator<T>
  return generator
}
