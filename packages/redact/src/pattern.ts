import { RetakeError } from '@retake/format'
import type { Rule } from './rules.ts'

/**
 * Makes a rule of a user's pattern.
 *
 * @throws {RetakeError} `OPTION_INVALID` when something that repeats repeats within something that
 * repeats, such as `(\w+)*`: on some texts that takes for ever.
 */
export function patternRule(pattern: RegExp): Rule {
  if (hasNestedRepeats(pattern.source)) {
    throw new RetakeError(
      'OPTION_INVALID',
      `The pattern ${String(pattern)} repeats a group that repeats in itself, which can take for ever. Bound one of the two, as in {1,100}.`,
      { option: 'redact.patterns' },
    )
  }
  const flags = [...new Set(`${pattern.flags.replace('y', '')}dg`)].join('')
  const hint = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''))
  return { name: 'pattern', kind: 'value', pattern: new RegExp(pattern.source, flags), hint }
}

// Classes and escapes are taken out first: what they hold are characters, not syntax.
function hasNestedRepeats(source: string): boolean {
  const syntax = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]/gs, 'x')
  const repeats: boolean[] = [false]
  for (const [token] of syntax.matchAll(/\(|\)(?:[*+]|\{\d+(?:,\d*)?\})?|[*+]|\{\d+,\}/g)) {
    if (token === '(') repeats.push(false)
    else if (!token.startsWith(')')) repeats[repeats.length - 1] = true
    else {
      const inner = repeats.pop() ?? false
      const isRepeated = token.length > 1 && token !== '){1}'
      if (inner && isRepeated) return true
      if (inner || /^\)(?:[*+]|\{\d+,\})/.test(token)) repeats[repeats.length - 1] = true
    }
  }
  return false
}
