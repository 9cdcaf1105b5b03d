import { describe, expect, it } from 'vitest'
import { resolveMiddlewareArguments } from './middleware-arguments.ts'
import { withScope } from './web.ts'
import { createRetake, defaultRetake } from '@retake/core'
import { createMemoryStore } from '@retake/store'

const retake = createRetake({ store: createMemoryStore(), environment: {} })
const options = { skip: () => true }

describe('resolveMiddlewareArguments', () => {
  it.each([
    ['nothing', undefined, undefined, defaultRetake(), {}],
    ['an instance', retake, undefined, retake, {}],
    ['options', options, undefined, defaultRetake(), options],
    ['empty options', {}, undefined, defaultRetake(), {}],
    ['both', retake, options, retake, options],
    ['options after nothing', undefined, options, defaultRetake(), options],
  ])('takes %s', (_name, first, second, instance, found) => {
    const resolved = resolveMiddlewareArguments<object>(first, second)

    expect(resolved.retake).toBe(instance)
    expect(resolved.options).toEqual(found)
  })

  it('refuses what may differ by a path that cannot be read, before the first request', () => {
    const bad = { replay: { ignore: ['body.at', 'body['] } }

    expect(() => resolveMiddlewareArguments(retake, bad)).toThrow(/"body\[" is no path/)
    expect(() => withScope(() => new Response(), { retake, ...bad })).toThrow(/is no path/)
  })

  it.each<[string, object, RegExp]>([
    ['an instance', { retake }, /The instance comes first/],
    [
      'a misspelt name',
      { trustsession: () => true },
      /has no option "trustsession"\. It has trustSession, replay/,
    ],
    [
      'one within replay',
      { replay: { authorise: () => true } },
      /replay has no option "authorise"/,
    ],
    ['one of a request', { replay: { match: 'strict' } }, /replay has no option "match"/],
  ])('refuses options that there are not: %s', (_what, bad, why) => {
    expect(() => resolveMiddlewareArguments(bad, undefined)).toThrow(why)
    expect(() => resolveMiddlewareArguments(retake, bad)).toThrow(why)
  })

  it('takes an option that is undefined for one that is not there', () => {
    expect(() => resolveMiddlewareArguments<object>(retake, { unknown: undefined })).not.toThrow()
  })
})
