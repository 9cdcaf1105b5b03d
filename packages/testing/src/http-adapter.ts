import { ANSWER_BEHAVIOURS } from './http-answers.ts'
import { CAPTURE_BEHAVIOURS } from './http-capture.ts'
import { createFixture } from './http-fixture.ts'
import { IDENTITY_BEHAVIOURS } from './http-identity.ts'
import { REFUSAL_BEHAVIOURS } from './http-refusals.ts'
import { REPLAY_BEHAVIOURS } from './http-replay.ts'
import { VERDICT_BEHAVIOURS } from './http-verdict.ts'
import type { TestRunner } from './store.ts'
import type { ServeHttpApp } from './http-suite.ts'

const GROUPS = {
  capture: CAPTURE_BEHAVIOURS,
  identity: IDENTITY_BEHAVIOURS,
  replay: REPLAY_BEHAVIOURS,
  verdict: VERDICT_BEHAVIOURS,
  answers: ANSWER_BEHAVIOURS,
  refusals: REFUSAL_BEHAVIOURS,
}

/** The behaviour that all HTTP adapters share, as tests over real HTTP. */
export function testHttpAdapter(
  name: string,
  serve: ServeHttpApp,
  { describe, it }: TestRunner,
): void {
  for (const [group, behaviours] of Object.entries(GROUPS)) {
    describe(`${name}: ${group}`, () => {
      for (const [behaviour, check] of Object.entries(behaviours)) {
        it(behaviour, async () => {
          const fixture = createFixture(serve)
          try {
            await check(fixture.open)
          } finally {
            await fixture.close()
          }
        })
      }
    })
  }
}
