/**
 * Whether a value is of a class of the platform, of this realm, another one, or a package that has a `fetch` of its own,
 * by the tag that the standards give it.
 */
export function isOf(value: unknown, name: string): boolean {
  return Object.prototype.toString.call(value) === `[object ${name}]`
}

/** Whether a value is a `Blob` of whichever implementation. */
export function isBlob(value: unknown): value is Blob {
  return isOf(value, 'Blob') || isOf(value, 'File')
}
