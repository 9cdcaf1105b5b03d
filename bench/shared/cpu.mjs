/** CPU time that this process has used so far, in microseconds: all threads, user and system. */
export function cpuUs() {
  const { user, system } = process.cpuUsage()
  return user + system
}

/** CPU time of `run`, in microseconds. */
export async function cpuOf(run) {
  const before = cpuUs()
  await run()
  return cpuUs() - before
}

/** How many times as long a process measures. `compare` asks for more than a benchmark needs. */
export const LENGTH = Number(process.env.RETAKE_BENCH_LENGTH ?? 1)

/** Whether instructions are counted from outside, where what only checks the outcome would count too. */
export const IS_COUNTED = process.env.RETAKE_BENCH_COUNTED === '1'

/** The mean of every so many numbers in a row. */
export function meansOf(numbers, size) {
  const count = Math.max(1, Math.floor(numbers.length / size))
  return Array.from({ length: count }, (_, index) =>
    mean(numbers.slice(index * size, (index + 1) * size)),
  )
}

export function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
