/** An answer that was made up, in the form in which a provider sends it. */
export interface MadeAnswer {
  /** Such as `mistral/src/made/mistral-text.chunks.txt`: the package that reads it, and a name. */
  readonly path: string
  /** The payloads of its events, one in each line, or its body. */
  readonly text: string
}

/** A moment that all made-up answers tell, in seconds. */
export const CREATED = 1_790_000_000

/** Text with characters of one to four bytes, so that cuts fall within some of them. */
export const FORECAST = 'Oslo: rain from 09:00, 7 °C — bring a coat 🧥.'
export const THOUGHT = 'The user asks for Oslo. Rain is likely, so a coat helps.'

/** The smallest picture there is: one pixel, as PNG in base64. */
export const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Makes the answers that one package reads. */
interface Maker {
  readonly stream: (name: string, events: readonly object[]) => MadeAnswer
  readonly whole: (name: string, body: unknown) => MadeAnswer
}

/** @param reader the folder of the package, such as `mistral/src`. */
export function answersOf(reader: string): Maker {
  return {
    stream: (name, events) => ({
      path: `${reader}/made/${name}.chunks.txt`,
      text: events.map((event) => JSON.stringify(event)).join('\n'),
    }),
    whole: (name, body) => ({ path: `${reader}/made/${name}.json`, text: JSON.stringify(body) }),
  }
}
