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

export function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length
}
