import type { CallCodec } from '@retake/core/adapter'
import type { Classes } from './classes.ts'
import { pack } from './pack.ts'
import { unpack } from './unpack.ts'

/** Stores the objects of LangChain as plain data, and makes them again with the classes of one copy. */
export function createValueCodec(classes: Classes): CallCodec {
  return {
    pack: (value) => pack(value, classes),
    unpack: (packed) => unpack(packed, classes),
  }
}
