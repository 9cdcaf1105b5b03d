/** What the exit code of `retake` says. Part of the interface: scripts rely on it. */
export const EXIT = {
  /** Done; the same; nothing found that should not be there. */
  same: 0,
  /** Something differs: an answer, a session, a cassette. Also a secret that was found, or damage. */
  differs: 1,
  /** The command was not understood. */
  usage: 2,
  /** There is no such session, event or file. */
  notFound: 3,
  /** A replay had no recording for a call, or recordings that nobody asked for. */
  miss: 4,
  /** A session or a cassette is corrupt, expired, without answers, or from a newer version. */
  invalid: 5,
  /** The gate of the server is closed, or it does not let this caller replay. */
  closed: 6,
  /** The server cannot be reached. */
  unreachable: 7,
  /** A fault of `retake` itself. */
  internal: 70,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** One line each, for the help. */
export const EXIT_HELP = `Exit codes:
  0   done, and the same           4   a call without a recording, or recordings left over
  1   something differs            5   corrupt, expired, or from a newer version
  2   not understood               6   the server's gate is closed
  3   no such session or file      7   the server cannot be reached`
