import { encode, type Encoded } from '@retake/format'

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g
const LONG = /-?\d[\d.]{15,}(?:[eE][+-]?\d+)?|\d[eE]\+?\d{3}/g

/** Whether JSON has a number that JavaScript cannot hold: another one would be the same. */
export function hasInexactNumber(text: string): boolean {
  // Hardly any text has one, and to tell texts and numbers apart takes much longer than to look for long ones.
  if (!text.match(LONG)?.some(changes)) return false
  return text.match(TOKEN)?.some(isInexact) ?? false
}

/** What JSON says, with numbers that JavaScript cannot hold as text; `undefined` for what is no JSON. */
export function parseExactly(text: string): Encoded | undefined {
  try {
    const safe = hasInexactNumber(text)
      ? text.replaceAll(TOKEN, (token) => (isInexact(token) ? `"number ${token}"` : token))
      : text
    return encode(JSON.parse(safe))
  } catch {
    return undefined
  }
}

function isInexact(token: string): boolean {
  return !token.startsWith('"') && token.search(LONG) !== -1 && changes(token)
}

function changes(token: string): boolean {
  return String(Number(token)) !== token
}
