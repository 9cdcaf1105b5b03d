/**
 * Values in the form in which they are stored: plain JSON, in which all that JSON loses is tagged `{"$rt": …}`.
 *
 * `decode(encode(value))` is strictly equal to `value`, apart from what is withheld, the classes of
 * the user's own objects, and named properties of arrays.
 */
export { decode } from './decode.ts'
export { encode, type EncodeOptions } from './encode.ts'
export { registerErrorReviver, type ErrorReviver } from './error-revivers.ts'
export { withheldReason } from './withheld.ts'
