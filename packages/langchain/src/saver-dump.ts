import type { Serde } from './checkpoint-view.ts'

/** A value as a checkpointer would store it: as JSON, so that redaction sees into it, or as bytes. */
export type Dumped =
  | { readonly type: string; readonly json: unknown }
  | { readonly type: string; readonly bytes: Uint8Array }

/** Writes a value as the serializer of a checkpointer does. */
export async function dump(serde: Serde, value: unknown): Promise<Dumped> {
  const [type, data] = await serde.dumpsTyped(value)
  if (type !== 'json') return { type, bytes: data }
  return { type, json: JSON.parse(new TextDecoder().decode(data)) as unknown }
}

/** Reads what was written by `dump`. */
export async function load(serde: Serde, dumped: Dumped): Promise<unknown> {
  if ('bytes' in dumped) return serde.loadsTyped(dumped.type, dumped.bytes)
  return serde.loadsTyped(dumped.type, JSON.stringify(dumped.json))
}
