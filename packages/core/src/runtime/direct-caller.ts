interface Trace {
  readonly stack?: unknown
}

type Site = Pick<NodeJS.CallSite, 'getFileName'>

// Of Node and undici: timers that the whole process shares, and that merely were started within a session.
const RUNTIME = /^node:|[\\/]undici[\\/]/

/** Whether the runtime itself has called `callee`, and not the code of the app or of a library. */
export function isCalledByRuntime(callee: (...args: never[]) => unknown): boolean {
  return RUNTIME.test(callerFile(callee))
}

// One frame, as it is: to make text of a stack costs several times as much.
function callerFile(callee: (...args: never[]) => unknown): string {
  const { stackTraceLimit } = Error
  const prepareStackTrace: unknown = Reflect.get(Error, 'prepareStackTrace')
  try {
    Error.stackTraceLimit = 1
    Error.prepareStackTrace = (_error, sites) => sites
    const trace: Trace = {}
    Error.captureStackTrace(trace, callee)
    const [site] = trace.stack as readonly Site[]
    return site?.getFileName() ?? ''
  } catch {
    // Where the realm is locked down nobody can be told apart.
    return ''
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit)
    Reflect.set(Error, 'prepareStackTrace', prepareStackTrace)
  }
}

/** The frame of whoever has called `callee`, as text: a function and a place in a file. */
export function callerOf(callee: (...args: never[]) => unknown): string {
  const trace: Trace = {}
  Error.captureStackTrace(trace, callee)
  const { stack } = trace
  return typeof stack === 'string' ? (stack.split('\n', 2)[1] ?? '') : ''
}
