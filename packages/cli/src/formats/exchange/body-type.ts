const encoder = new TextEncoder()

// The rules of this file are those by which @retake/fetch stores bodies: a request that was imported must be the one
// that the live adapter asks for. A test records with that adapter, and compares.

/** Whether what is of this type is text. */
export function isText(contentType: string): boolean {
  return (
    contentType.startsWith('text/') ||
    isJson(contentType) ||
    /^application\/(?:x-www-form-urlencoded|x-ndjson|jsonl|javascript|graphql|[\w.+-]*xml)\b/i.test(
      contentType,
    )
  )
}

/** Whether what is of this type is JSON. */
export function isJson(contentType: string): boolean {
  return /[/+]json\b/i.test(contentType)
}

/** Whether what is of this type is a form of several parts. */
export function isForm(contentType: string): boolean {
  return /^multipart\/form-data\b/i.test(contentType)
}

/** What a text says: the value of JSON where it may be some, else the text. */
export function parseText(text: string, contentType: string): unknown {
  const mayBeJson =
    isJson(contentType) || contentType === '' || contentType.startsWith('text/plain')
  if (!mayBeJson || !/^\s*[[{]/.test(text)) return text
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}

/** The text that bytes are; `undefined` when they are not UTF-8. A mark of the byte order stays. */
export function utf8TextOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** A text as UTF-8. */
export function toBytes(text: string): Uint8Array {
  return encoder.encode(text)
}
