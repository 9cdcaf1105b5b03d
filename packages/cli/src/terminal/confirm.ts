import { createInterface } from 'node:readline'

/** Asks a question, and waits for the answer. Anything but yes is no, and so is the end of the input. */
export function confirm(
  question: string,
  input: NodeJS.ReadableStream = process.stdin,
  output: NodeJS.WritableStream = process.stderr,
): Promise<boolean> {
  const lines = createInterface({ input, output })
  return new Promise((resolve) => {
    lines.once('close', () => resolve(false))
    lines.question(`${question} [y/N] `, (answer) => {
      resolve(/^(?:y|yes)$/i.test(answer.trim()))
      lines.close()
    })
  })
}
