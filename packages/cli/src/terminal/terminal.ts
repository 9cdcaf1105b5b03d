import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colours a text where colours can be seen, and leaves it as it is elsewhere. */
type Paint = (format: Format, text: string) => string

/** Where a command writes. */
export interface Terminal {
  /** Results: a line, or several. */
  readonly out: (text: string) => void
  /** What is said on the way: failures, hints, progress. */
  readonly note: (text: string) => void
  readonly paint: Paint
  /** Whether a person looks at what is said on the way. */
  readonly isInteractive: boolean
  /** Characters in a line. */
  readonly width: number
}

export interface TerminalOptions {
  readonly stdout?: NodeJS.WriteStream
  readonly stderr?: NodeJS.WriteStream
  /** `false` for none. By default colours are used on a terminal, as `NO_COLOR` and `FORCE_COLOR` say. */
  readonly color?: boolean
}

// Nobody looks at it on a screen of a certain width.
const DEFAULT_WIDTH = 200

/** The terminal that the process writes to. */
export function createTerminal({
  stdout = process.stdout,
  stderr = process.stderr,
  color = true,
}: TerminalOptions = {}): Terminal {
  return {
    out: (text) => void stdout.write(`${text}\n`),
    note: (text) => void stderr.write(`${text}\n`),
    paint: (format, text) => (color ? styleText(format, text, { stream: stdout }) : text),
    isInteractive: stderr.isTTY,
    width: stdout.isTTY ? stdout.columns : DEFAULT_WIDTH,
  }
}
