import { type Command, InvalidArgumentError } from 'commander'
import type { Context } from '../context.ts'
import { parseCount } from '../numbers.ts'

/** Where requests are sent to, and with what. */
export interface ServerOptions {
  readonly url?: string
  readonly header?: readonly string[]
  readonly timeout: number
}

/** A server, resolved. */
export interface Server {
  /** Origin, and the path that all of its paths start with. Without a slash at the end. */
  readonly base: string
  readonly headers: Readonly<Record<string, string>>
  /** The secret of a gate in production. */
  readonly key: string | undefined
  readonly timeoutMs: number
}

const DEFAULT_URL = 'http://localhost:3000'

/** Adds the options that say which server is meant. */
export function withServerOptions(command: Command): Command {
  return command
    .option(
      '-u, --url <url>',
      `the running server (default: $RETAKE_URL, else ${DEFAULT_URL})`,
      checkUrl,
    )
    .option(
      '-H, --header <name: value>',
      'sent besides, such as credentials, which are not recorded; may be repeated',
      (text, list: readonly string[] | undefined) => [...(list ?? []), checkHeader(text)],
    )
    .option('--timeout <seconds>', 'longest time to wait for the answer', parseCount(1), 60)
}

/** Resolves the options. The secret of a gate in production comes from `RETAKE_REPLAY_SECRET`. */
export function resolveServer(
  { environment }: Context,
  { url = environment.RETAKE_URL ?? DEFAULT_URL, header = [], timeout }: ServerOptions,
): Server {
  return {
    base: checkUrl(url).replace(/\/$/, ''),
    headers: Object.fromEntries(header.map(toPair)),
    key: environment.RETAKE_REPLAY_SECRET,
    timeoutMs: timeout * 1_000,
  }
}

function checkUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text
  throw new InvalidArgumentError('Use a URL such as http://localhost:3000.')
}

function checkHeader(text: string): string {
  const [name, value] = toPair(text)
  if (isHeader(name, value)) return text
  throw new InvalidArgumentError('Use a header such as "Authorization: Bearer …".')
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name)
  } catch {
    return false
  }
}

function toPair(text: string): [string, string] {
  const colon = text.indexOf(':')
  return [text.slice(0, Math.max(0, colon)).trim(), text.slice(colon + 1).trim()]
}
