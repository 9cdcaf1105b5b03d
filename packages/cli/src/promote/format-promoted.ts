import type { Promoted } from './promote-session.ts'

/** What was made of a session, for people. */
export function formatPromoted({ session, test, cassette, app, trajectory }: Promoted): string {
  return `session ${session} is a test now: ${trajectory.length} calls, no model
  test      ${test}
  cassette  ${cassette}
  app       ${app}

  npx vitest run ${test}`
}
