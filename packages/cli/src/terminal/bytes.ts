const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** A size as people read it: `812 B`, `3.4 MB`. */
export function formatBytes(bytes: number): string {
  let [size, unit] = [bytes, 0]
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1_000
    unit++
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${UNITS[unit]}`
}
