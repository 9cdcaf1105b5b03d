import type { SessionRecord } from '@retake/format'
import type { SessionOptions, ReplayOptions } from '@retake/core'

/** Options that every HTTP adapter takes. `Native` is the framework's own request or context. */
export interface HttpOptions<Native = unknown> {
  /**
   * Who may hand us the id of a session that our calls then belong to: a function that knows the
   * caller, or a secret with which the caller signs the id in `X-Session-Id-Sig`.
   *
   * @default nobody: every request gets an id of its own
   */
  trustSession?: ((request: Native) => boolean) | { readonly secret: string }
  replay?: Omit<ReplayOptions, 'match' | 'onMiss' | 'until'> & {
    /**
     * Who may replay which session. Without it only a caller on this machine may replay, and any session.
     * A session that is refused is answered like one that does not exist.
     */
    authorize?: (request: Native, session: SessionRecord) => boolean | Promise<boolean>
    /**
     * Origins that count as this machine, such as `http://app.test:3000`: of pages which may replay, where the app's CORS
     * lets them, and of names by which this machine is called.
     *
     * @default none but `localhost`, names below it, and loopback addresses
     */
    origins?: readonly string[]
  }
  /** Names, tags and the like for the session of a request. */
  describe?: (request: Native) => SessionOptions
  /** Requests that are none of ours, such as health checks. */
  skip?: (request: Native) => boolean
}
