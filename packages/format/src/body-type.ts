import { parseExactJson } from './codec/exact-number.ts'

/** Whether what is of this media type is text. */
export function isTextType(contentType: string): boolean {
  return (
    contentType.startsWith('text/') ||
    isJsonType(contentType) ||
    /^application\/(?:x-www-form-urlencoded|x-ndjson|jsonl|javascript|graphql|[\w.+-]*xml)\b/i.test(
      contentType,
    )
  )
}

/** Whether what is of this media type is JSON. */
export function isJsonType(contentType: string): boolean {
  // A parameter may name another type, as that of `multipart/related` does.
  return /^[^;]*[/+]json\b/i.test(contentType)
}

/** Whether what is of this media type is a form of several parts. */
export function isFormType(contentType: string): boolean {
  return /^multipart\/form-data\b/i.test(contentType)
}

/**
 * What the text of a body says: the value of JSON where it may be some, else the text. As JSON a request can be
 * compared by its fields, and what differs can be named.
 */
export function parseBodyText(text: string, contentType: string): unknown {
  const mayBeJson =
    isJsonType(contentType) || contentType === '' || contentType.startsWith('text/plain')
  if (!mayBeJson || !/^\s*[[{]/.test(text)) return text
  try {
    return parseExactJson(text)
  } catch {
    return text
  }
}
