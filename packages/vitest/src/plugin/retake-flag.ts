const FLAG = '--retake'

/** The value of `--retake=<mode>`, or of `--retake <mode>`, on the command line of this process. The last one counts. */
export function retakeFlag(args: readonly string[] = process.argv.slice(2)): string | undefined {
  return args
    .flatMap((arg, index) => {
      if (arg.startsWith(`${FLAG}=`)) return [arg.slice(FLAG.length + 1)]
      return arg === FLAG ? [args[index + 1] ?? ''] : []
    })
    .at(-1)
}
