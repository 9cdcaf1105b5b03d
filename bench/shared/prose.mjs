const WORDS =
  `the model reads a question and writes an answer which the agent takes apart again because
  every tool wants its own input while some of them fail now and then and are asked once more until the
  user has what was looked for or gives up before that`.split(/\s+/)

/** Text like prose, another one for every seed. */
export function prose(seed, length) {
  let state = seed * 2_654_435_761 + 1
  let text = ''
  while (text.length < length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    text += `${WORDS[state % WORDS.length]} `
  }
  return text.slice(0, length)
}
