import { type Encoded, type Outcome, createLabel, type Label, mapOutcome } from '@retake/format'
import { createCleanCheck, createCleanPartsCheck } from './clean.ts'
import { createFieldRank, credentialNames } from './fields.ts'
import { filterHeaders, type HeaderSource } from './headers.ts'
import { createPathMatcher } from './paths.ts'
import { patternRule } from './pattern.ts'
import { PII_RULES, type PiiKind } from './pii.ts'
import { literalRules, secretRules } from './rules.ts'
import { createNameRules, createTextRules } from './text.ts'
import { redactEncoded, redactParts, type Policy } from './value.ts'

/** What is removed besides credentials and secrets. */
export interface RedactOptions {
  /** Further headers that are stored. Those with credentials never are. */
  readonly headers?: readonly string[]
  /** Further names of fields that hold credentials. Case, `_` and `-` make no difference. */
  readonly fields?: readonly string[]
  /** Personal data to remove. */
  readonly pii?: readonly PiiKind[]
  /** Where to remove all, as globs such as `messages.*.content` or `**.ssn`. */
  readonly paths?: readonly string[]
  /** What to remove wherever it is found. Patterns that could take for ever are refused. */
  readonly patterns?: readonly RegExp[]
  /**
   * Gives the text to store in place of another, or `undefined` to store it as it is. Called for every
   * text, after all the other rules. Where it throws, the text is withheld.
   */
  readonly replace?: (value: string, path: string) => string | undefined
  /** Values of credentials, which are removed wherever they are found. */
  readonly secrets?: readonly string[]
}

// Where there has to be a text.
const WITHHELD = '(withheld)'

/** A redacted value. What was not changed is the same object as before. */
interface Redacted<Value> {
  readonly value: Value
  readonly changed: boolean
}

/** Redacts several values with one numbering, so that equal secrets are seen to be equal. */
interface RedactorSession {
  readonly value: (encoded: Encoded) => Redacted<Encoded>
  readonly text: (text: string) => string
}

/** Something that a scan found. The value is not repeated. */
interface Finding {
  /** Such as `messages[1].content`. */
  readonly path: string
  readonly rule: string
}

/**
 * Removes credentials, and what the options say.
 *
 * What is removed leaves a placeholder, such as `«secret:1»`, numbered by first appearance within one
 * call: equal values stay equal, distinct ones distinct. Redacting twice changes nothing more.
 *
 * @see docs/decisions/0025-names-are-redacted.md
 */
export interface Redactor extends RedactorSession {
  /** Removes credentials from a name or a key, which mostly come again and again. */
  readonly name: (name: string) => string
  /** Shares one numbering between several calls. */
  session(): RedactorSession
  /** Redacts what a call gave back. Paths start at its value, its error, or the parts of its stream. */
  outcome(outcome: Outcome): Redacted<Outcome>
  /** Redacts a message of our own. What of the app it repeats was redacted before. */
  message(text: string): string
  /** Keeps what is on the allow-list, names in lower case. */
  headers(headers: HeaderSource): Record<string, string>
  /** Removes credentials from the query and the user information of a URL, or of a path. */
  url(url: string): string
  /** Names what would have been removed: the last check before a cassette is committed. */
  scan(encoded: Encoded): readonly Finding[]
}

/**
 * Makes a redactor.
 *
 * @throws {RetakeError} `OPTION_INVALID` when a pattern could take for ever.
 */
export function createRedactor(options: RedactOptions = {}): Redactor {
  const policy = createPolicy(options)
  const isClean = createCleanCheck(policy)
  const areClean = createCleanPartsCheck(policy, isClean)
  const redactOne = (encoded: Encoded, label: Label) =>
    isClean(encoded) ? encoded : redactEncoded(encoded, policy, label)
  const allowed = new Set(options.headers?.map((name) => name.toLowerCase()))
  const isAllowed = (name: string) => allowed.has(name) && policy.rankField(name) !== 'certain'

  function session(): RedactorSession {
    const label = createLabel()
    return {
      value: (encoded) => toRedacted(encoded, redactOne(encoded, label)),
      text(text) {
        const safe = redactOne(text, label)
        return typeof safe === 'string' ? safe : WITHHELD
      },
    }
  }

  return {
    session,
    value: (encoded) => toRedacted(encoded, redactOne(encoded, createLabel())),
    text: (text) => session().text(text),
    name: (name) => redactName(name, policy),
    message: (text) => redactMessage(text, policy),
    url: (url) => session().text(url),
    headers: (headers) => filterHeaders(headers, isAllowed, (text) => session().text(text)),
    outcome(outcome) {
      const label = createLabel()
      return toRedacted(
        outcome,
        mapOutcome(
          outcome,
          (part) => redactOne(part, label),
          (parts) => (areClean(parts) ? parts : redactParts(parts, policy, label)),
        ),
      )
    },
    scan: (encoded) => scan(encoded, policy),
  }
}

function redactName(name: string, { names }: Policy): string {
  try {
    return names.isClean(name) ? name : names.replace(name, createLabel())
  } catch {
    return WITHHELD
  }
}

// A function of the user's is for texts of the app, and does not know ours.
function redactMessage(text: string, policy: Policy): string {
  const safe = redactEncoded(text, { ...policy, replace: undefined }, createLabel())
  return typeof safe === 'string' ? safe : WITHHELD
}

function scan(encoded: Encoded, policy: Policy): readonly Finding[] {
  const found = new Map<string, Finding>()
  redactEncoded(encoded, { ...policy, replace: undefined }, createLabel(), (path, rule) => {
    // A secret may be the name of a field.
    found.set(`${rule} ${path}`, { path: redactName(path, policy), rule })
  })
  return [...found.values()]
}

/** What the options say, put together. */
export function createPolicy({
  fields,
  pii = [],
  paths = [],
  patterns = [],
  replace,
  secrets = [],
}: RedactOptions): Policy {
  const names = credentialNames(fields)
  const { isClean, replace: replaceText } = createTextRules([
    ...secretRules(names),
    ...literalRules(secrets),
    ...pii.map((kind) => PII_RULES[kind]),
    ...patterns.map(patternRule),
  ])
  return {
    rankField: createFieldRank(names),
    matchesPath: createPathMatcher(paths),
    replace,
    replaceText,
    isCleanText: isClean,
    names: createNameRules(replaceText),
  }
}

function toRedacted<Value>(before: Value, value: Value): Redacted<Value> {
  return { value, changed: value !== before }
}
