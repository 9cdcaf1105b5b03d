import { describe, expect, it } from 'vitest'
import { encode } from '../codec/encode.ts'
import { madeAnew } from './made-anew.ts'

const RECORDED = Date.parse('2026-01-10T12:00:00.000Z')
const NOW = Date.parse('2026-03-04T08:30:00.000Z')
const times = { recordedMs: RECORDED, nowMs: NOW }
const iso = (ms: number) => new Date(ms).toISOString()
const [ONE, OTHER] = [
  '0f8fad5b-d9cb-469f-a165-70867728950e',
  '7c9e6679-7425-40de-944b-e07fc1f90ae7',
]

describe('what an app makes anew each time', () => {
  it.each<[string, unknown, unknown, string | undefined]>([
    ['two ISO dates at the start', iso(RECORDED + 20), iso(NOW + 3), 'date'],
    ['two dates', new Date(RECORDED + 20), new Date(NOW), 'date'],
    ['milliseconds since the epoch', RECORDED + 5, NOW + 7, 'date'],
    ['seconds since the epoch', Math.floor(RECORDED / 1_000), Math.floor(NOW / 1_000), 'date'],
    ['a day', '2026-01-10', '2026-03-04', 'date'],
    ['a date in words', new Date(RECORDED).toUTCString(), new Date(NOW).toUTCString(), 'date'],
    ['a date in a text', `at ${iso(RECORDED)}, done`, `at ${iso(NOW)}, done`, 'date'],
    ['when something expires', iso(RECORDED + 30 * 864e5), iso(NOW + 30 * 864e5), 'date'],
    ['dates of something else', '2020-02-03T00:00:00Z', '2021-05-06T00:00:00Z', undefined],
    ['a date in another text', `at ${iso(RECORDED)}, done`, `on ${iso(NOW)}, done`, undefined],
    ['an order number', 1234567890, 1234567891, undefined],
    ['two UUIDs', ONE, OTHER, 'uuid'],
    ['UUIDs without dashes', ONE.replaceAll('-', ''), OTHER.replaceAll('-', ''), 'uuid'],
    ['a UUID in an id', `msg_${ONE}`, `msg_${OTHER}`, 'uuid'],
    ['a UUID in a text', `order ${ONE}!`, `order ${OTHER}!`, 'uuid'],
    ['a UUID and another text', ONE, 'none', undefined],
    ['random numbers', 0.8444218515250481, 0.7579544029403025, 'random'],
    ['a random number in a text', 'x 0.8444218515250481', 'x 0.7579544029403025', 'random'],
    ['a score', 0.5, 0.75, undefined],
    ['other numbers', 1, 2, undefined],
    ['other texts', 'warm', 'cold', undefined],
    ['what is not there', 'warm', undefined, undefined],
  ])('%s', (_name, recorded, now, kind) => {
    const sides = [recorded, now].map((side) => (side === undefined ? undefined : encode(side)))

    expect(madeAnew(sides[0], sides[1], times)).toBe(kind)
  })
})
