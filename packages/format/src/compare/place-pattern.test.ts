import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createIgnore,
  formatPlace,
  placeFault,
  portablePlace,
  splitPlaces,
} from './place-pattern.ts'

const keys = fc.oneof(
  fc.nat({ max: 20 }),
  fc.string({ maxLength: 6 }),
  fc.constantFrom('id', 'a.b', '*', '**', '["x"]', "it's", 'größe', '日本', '\u0000'),
)
const places = fc.array(keys, { maxLength: 6 }).map((path) => ['body', ...path])

describe('the path of a place', () => {
  it('is read as it is written, in ASCII too, and covers what lies beneath it', () => {
    fc.assert(
      fc.property(places, places, (path, other) => {
        const text = formatPlace(path)
        const isBeneath =
          other.length >= path.length &&
          path.every((key, index) => String(key) === String(other[index]))

        expect(createIgnore([text])?.(path)).toBe(true)
        expect(createIgnore([text])?.([...path, 'more'])).toBe(true)
        expect(createIgnore([text])?.(other)).toBe(isBeneath)
        expect(portablePlace(text)).toMatch(/^[ -~]*$/)
        expect(createIgnore([portablePlace(text)])?.(other)).toBe(isBeneath)
        expect(splitPlaces(`${text}, ${text} ${text}`)).toEqual([text, text, text])
      }),
    )
  })

  it.each([
    ['body.items[*].id', ['body', 'items', 3, 'id'], true],
    ['body.items.*.id', ['body', 'items', 3, 'id'], true],
    ['body.items[3].id', ['body', 'items', 3, 'id'], true],
    ['body.items.3', ['body', 'items', 3, 'id'], true],
    ['body.items[*].id', ['body', 'items', 3, 'name'], false],
    ['body.items[*].id', ['body', 'items'], false],
    ['body.**.id', ['body', 'a', 0, 'b', 'id'], true],
    ['body.**.id', ['body', 'id'], true],
    ['body[**].id', ['body', 'id', 'x'], true],
    ['**.id', ['body', 'a', 'id'], true],
    ['**.a.**.id', ['body', 'a', 'b', 'id'], true],
    ['**.a.**.id', ['body', 'b', 'id'], false],
    ['body["a.b"]', ['body', 'a.b'], true],
    ["body['a.b'].c", ['body', 'a.b', 'c'], true],
    ['body["*"]', ['body', 'x'], false],
    ['body["*"]', ['body', '*'], true],
    ['content-type', ['content-type'], true],
    ['body', ['status'], false],
    ['*', ['status'], true],
  ])('%s covers %j: %s', (pattern, path, covered) => {
    expect(createIgnore([pattern])?.(path)).toBe(covered)
  })

  it.each([
    ['', 'it is empty'],
    ['.body', 'it begins with a dot'],
    ['body.', 'at character 5'],
    ['body..a', 'at character 5'],
    ['body[', 'at character 5'],
    ['body[1', 'at character 5'],
    ['body[x]', 'at character 5'],
    ['body["a]', 'at character 5'],
    ['body["\\x"]', 'at character 5'],
    ['body]', 'at character 5'],
    ['body a', 'at character 5'],
    ['createdAt', 'it has to begin with body'],
    [`body${'.a'.repeat(64)}`, 'more than 64 steps'],
  ])('cannot be %j', (path, fault) => {
    expect(placeFault(path)).toContain(fault)
    expect(() => createIgnore([path])).toThrow(
      expect.objectContaining({
        code: 'OPTION_INVALID',
        message: expect.stringContaining(`ignore: ${JSON.stringify(path)} is no path`),
      }),
    )
  })

  it('takes no long time to be looked for, whatever it is', () => {
    const ignore = createIgnore([`${'**.a.'.repeat(30)}z`.replace(/^/, 'body.')])
    const path = ['body', ...Array<string>(400).fill('a')]
    const started = performance.now()

    expect(ignore?.(path)).toBe(false)
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  it('stands in a list', () => {
    expect(() => createIgnore('body.at' as never)).toThrow(/ignore has to be a list/)
    expect(() => createIgnore([5 as never])).toThrow(/is no path/)
  })

  it('is none where there is none', () => {
    expect(createIgnore([])).toBeUndefined()
    expect(createIgnore()).toBeUndefined()
  })
})
