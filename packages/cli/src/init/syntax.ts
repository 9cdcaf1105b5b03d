import nodeModule from 'node:module'

/** Whether a text of JavaScript or TypeScript can be parsed; `false` also where this runtime cannot tell. */
export function isSyntaxValid(text: string): boolean {
  const strip = nodeModule.stripTypeScriptTypes as
    | typeof nodeModule.stripTypeScriptTypes
    | undefined
  if (strip === undefined) return false
  return withoutWarnings(() => {
    try {
      strip(text)
      return true
    } catch {
      return false
    }
  })
}

// Node warns that this is new, which says nothing to somebody who sets up Retake.
function withoutWarnings<Value>(run: () => Value): Value {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => {}
  try {
    return run()
  } finally {
    process.emitWarning = emitWarning
  }
}
