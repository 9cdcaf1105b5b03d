import { afterEach, beforeEach, vi } from 'vitest'

/** Keeps out of the output of tests what the server prints of bodies that are meant to fail. */
export function silence(expected: RegExp): void {
  const { error: print } = console

  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation((...printed: unknown[]) => {
      if (!expected.test(String(printed[0]))) print(...printed)
    })
  })

  afterEach(() => {
    vi.restoreAllMocks()
  })
}
