import { guarded } from '../session/guard.ts'
import type { CallCodec } from '../session/call-codec.ts'
import { encode, type EncodeOptions, describeWithheld, type Encoded } from '@retake/format'
import type { OpenCall } from './open-call.ts'

/** Encodes what a call gave back. */
export function encodeOutcome(openCall: OpenCall, value: unknown): Encoded {
  return encode(value, encodingOf(openCall))
}

/** Encodes the plain form of a value that a call gave back. */
export function encodePacked(openCall: OpenCall, value: unknown): Encoded {
  const { codec } = openCall.options
  return encodeOutcome(openCall, codec === undefined ? value : packed(codec, value))
}

/** Encodes what the codec of a call that failed has to say besides its error. */
export function encodeFailed(openCall: OpenCall): Encoded | undefined {
  const { codec } = openCall.options
  if (codec?.packFailed === undefined) return undefined
  const value = guarded(openCall.scope.session, codec.packFailed)
  return value === undefined ? undefined : encodeOutcome(openCall, value)
}

/** The plain form of a value. What a codec gets wrong must not cost the call: it counts as not to be stored. */
export function packed({ pack }: CallCodec, value: unknown): unknown {
  try {
    return pack(value)
  } catch {
    // A function is withheld.
    return pack
  }
}

/** How what a call gave back is encoded: what cannot be stored is counted, and noted on the call. */
export function encodingOf(openCall: OpenCall, onSize?: (chars: number) => void): EncodeOptions {
  const { stats } = openCall.scope.session.config
  return {
    onSize,
    onWithheld(path, reason) {
      stats.withheld++
      openCall.withheld ??= describeWithheld(path, 'its value', reason)
    },
  }
}
