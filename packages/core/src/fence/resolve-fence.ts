import type { Fence } from '../session/config.ts'
import { matchRequests, type RequestPattern } from './request-pattern.ts'

export interface FenceOptions {
  /** Requests that a replay may send for real though nothing records them, such as those to a database over HTTP. */
  readonly allow?: readonly RequestPattern[]
  /**
   * Whether a replay may send requests to this machine. Those that look like ones to a model are refused all the same,
   * unless `allow` lets them pass.
   *
   * @default true
   */
  readonly loopback?: boolean
}

/** @throws {RetakeError} `OPTION_INVALID` when something in `allow` is no pattern. */
export function resolveFence({ allow = [], loopback = true }: FenceOptions = {}): Fence {
  return { allows: matchRequests(allow, 'fence.allow'), loopback }
}
