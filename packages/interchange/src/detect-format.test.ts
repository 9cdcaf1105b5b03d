import { expect, it } from 'vitest'
import { detectFormat } from './detect-format.ts'

it.each([
  ['a.har', '{ "log" : {"entries": []}}', 'har'],
  ['session.json', '\uFEFF{\n  "log": {\n    "version": "1.2"', 'har'],
  ['a.har', '', 'har'],
  ['trace.json', '{"resourceSpans":[{}]}', 'otel'],
  ['cassette.yaml', 'interactions:\n- request:\n    body: null', 'vcrpy'],
  ['cassette', 'version: 1\ninteractions: []', 'vcrpy'],
  ['cassette.json', '{"version": 1, "interactions": [{"request": {}}]}', 'vcrpy'],
  ['cassette.yml', '# by hand', 'vcrpy'],
  ['fixture.json', '[\n  {\n    "scope": "https://a.test:443"', 'nock'],
  ['fixture.json', '[{"method": "GET", "scope": "https://a.test:443"}]', 'nock'],
  ['package.json', '{"name": "a", "version": "1.0.0"}', undefined],
  ['notes.txt', 'interactions of molecules', undefined],
  ['list.json', '[1, 2]', undefined],
])('tells %s by its name and its beginning', (fileName, text, format) => {
  expect(detectFormat(fileName, text)).toBe(format)
})
