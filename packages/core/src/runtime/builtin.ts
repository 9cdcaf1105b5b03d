/** A module of Node's. Not every runtime has all of them. */
export function builtinModule(name: string): object | undefined {
  const { getBuiltinModule } = process as Partial<Pick<typeof process, 'getBuiltinModule'>>
  return getBuiltinModule?.(name)
}

/** Node copies the functions of its modules for those who import them by name. */
export function syncNamedImports(): void {
  const modules: { syncBuiltinESMExports?: () => void } = builtinModule('node:module') ?? {}
  modules.syncBuiltinESMExports?.()
}
