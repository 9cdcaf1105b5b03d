import { formatError, type FormatName } from './format-error.ts'

/** A value of a text from outside, which knows where it is and says so when it is not what it should be. */
export interface Reader {
  /** Such as `log.entries[2].request`. */
  readonly where: string
  readonly value: unknown
  /** Whether there is anything: neither nothing nor `null`. */
  readonly isThere: boolean
  /** A property of its own. */
  field(name: string): Reader
  /** Its properties. */
  fields(): readonly (readonly [string, Reader])[]
  /** Its items. */
  items(): readonly Reader[]
  /** It as a text. Numbers and booleans, which YAML makes of texts without quotes, count. */
  text(): string
  textOr<Other>(other: Other): string | Other
  /** It as a whole number from `least` to `most`; a text of digits counts. */
  integer(least: number, most: number): number
  /** It as a finite number that is not negative; `undefined` where it is none. */
  amount(): number | undefined
  /** The error that says that it is wrong. */
  wrong(what: string): Error
}

/** Starts to read a value. */
export function createReader(format: FormatName, value: unknown, where = ''): Reader {
  const isThere = value !== undefined && value !== null
  const wrong = (what: string) => formatError(format, where, what)
  const isObject = typeof value === 'object' && isThere && !Array.isArray(value)

  function own(name: string): unknown {
    return isObject && Object.hasOwn(value, name)
      ? (value as Readonly<Record<string, unknown>>)[name]
      : undefined
  }

  const at = (name: string) => (where === '' ? name : `${where}.${name}`)

  return {
    where,
    value,
    isThere,
    wrong,
    field(name) {
      if (!isObject) throw wrong('must be an object')
      return createReader(format, own(name), at(name))
    },
    fields() {
      if (!isObject) throw wrong('must be an object')
      return Object.entries(value).map(([name, part]) => [
        name,
        createReader(format, part, at(name)),
      ])
    },
    items() {
      if (!Array.isArray(value)) throw wrong('must be a list')
      return value.map((item, index) => createReader(format, item, `${where}[${index}]`))
    },
    text() {
      if (typeof value === 'string') return value
      if (typeof value === 'number' || typeof value === 'boolean') return String(value)
      throw wrong('must be a text')
    },
    textOr(other) {
      return isThere ? this.text() : other
    },
    integer(least, most) {
      const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value
      if (Number.isInteger(number) && Number(number) >= least && Number(number) <= most) {
        return Number(number)
      }
      throw wrong(`must be a whole number from ${least} to ${most}`)
    },
    amount: () =>
      typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined,
  }
}
