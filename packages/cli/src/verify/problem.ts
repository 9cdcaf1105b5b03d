/** Something about a cassette or a session. */
export interface Problem {
  /** `corrupt`: do not trust it. `attention`: somebody should act. `note`: good to know. */
  readonly level: 'corrupt' | 'attention' | 'note'
  readonly code: string
  /** Goes on after the name of the file or the session. */
  readonly message: string
}

/** What was found out about one cassette or session. */
export interface Checked {
  readonly kind: 'cassette' | 'session'
  /** The file, or the id. */
  readonly name: string
  /** Events in it; 0 when it cannot be read. */
  readonly events: number
  readonly problems: readonly Problem[]
}

/** The worst there is to say of something. */
export function stateOf({ problems }: Checked): 'ok' | 'attention' | 'corrupt' {
  const levels = new Set(problems.map(({ level }) => level))
  if (levels.has('corrupt')) return 'corrupt'
  return levels.has('attention') ? 'attention' : 'ok'
}
