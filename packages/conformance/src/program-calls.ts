import { call, effect, now, random, stream, uuid } from '@retake/core'
import type { Ask, ProgramOf, Read } from './program.ts'
import { toStream, type Answer, type Provider } from './provider.ts'

/** What calls are made with. */
export interface Caller {
  readonly provider: Provider
  readonly signal?: AbortSignal
}

const LLM = { kind: 'llm', name: 'test/model' } as const

/** Makes the call of a step that asks, on Retake's seam. */
export function ask(
  { prompt, latency, fails, isDeaf }: Ask,
  { provider, signal }: Caller,
): Promise<Answer> {
  const heard = isDeaf ? undefined : signal
  return call({ ...LLM, request: { prompt }, ...(signal && { signal }) }, () =>
    fails ? provider.refuse(prompt, latency) : provider.answer(prompt, latency, heard),
  )
}

/** Makes the call of a step that reads parts. */
export async function openParts(
  { shape, prompt, gaps, isDeaf }: Read,
  { provider, signal }: Caller,
): Promise<AsyncIterable<Answer>> {
  const heard = isDeaf ? undefined : signal
  const parts = () => provider.parts(prompt, gaps, heard)
  const options = { op: 'stream', request: { prompt }, ...(signal && { signal }) } as const
  if (shape === 'iterable') return call({ ...options, kind: 'tool', name: 'parts' }, parts)
  const opened = await stream({ ...LLM, ...options }, async () => {
    const opening = await provider.answer(prompt, 0, heard)
    return { opening, stream: toStream(parts()) }
  })
  return opened.stream
}

/** Makes a call that never comes to an end. */
export function hang({ provider }: Caller): Promise<never> {
  return call({ kind: 'llm', name: 'test/hanging' }, () => provider.hang())
}

/** Makes a call of a tool that does `work`, and takes a turn of the event loop besides. */
export function useTool(
  name: string,
  { provider }: Caller,
  work: () => Promise<unknown>,
): Promise<unknown> {
  return call({ kind: 'tool', name, request: { name } }, async () => {
    const value = await work()
    await provider.answer(name, 0)
    return value
  })
}

export function takeEffect({ name }: ProgramOf<'effect'>, { provider }: Caller): unknown {
  if (name === 'charge') return effect('charge', () => provider.answer('receipt', 1))
  return { now, random, uuid }[name]()
}
