/** How a module is written. */
export type ModuleFormat = 'commonjs' | 'module'

// Found by a global, because the text of a module cannot close over anything.
const KEPT = Symbol.for('retake.ai-sdk.modules')

/** The text of a module that exports all that `exported` has, by the same names. */
export function sourceOf(exported: object, format: ModuleFormat): string {
  const found = `globalThis[Symbol.for(${JSON.stringify(KEPT.description)})][${keep(exported)}]`
  if (format === 'commonjs') return `module.exports = ${found}\n`
  const lines = Object.keys(exported).map((name, index) => {
    const text = JSON.stringify(name)
    return `const export${index} = exported[${text}]\nexport { export${index} as ${text} }\n`
  })
  return `const exported = ${found}\n${lines.join('')}`
}

function keep(exported: object): number {
  const holder = globalThis as { [KEPT]?: object[] }
  holder[KEPT] ??= []
  return holder[KEPT].push(exported) - 1
}
