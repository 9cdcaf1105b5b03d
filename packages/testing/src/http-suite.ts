import type { Retake } from '@retake/core'
import type { HttpApp } from './http-app.ts'
import type { HttpOptions } from '@retake/http'

/** Handed on to the adapter as they are. */
export type HttpAdapterOptions = HttpOptions

/** A server of an app, with the adapter in front of its routes. */
export interface HttpServer {
  /** Such as `http://127.0.0.1:41234`, without a slash at the end. */
  readonly url: string
  /** Closes the server, and what connections it still has. */
  readonly close: () => Promise<void>
}

/** Builds `app` with a framework, and serves it on 127.0.0.1, port 0. */
export type ServeHttpApp = (
  app: HttpApp,
  retake: Retake,
  options: HttpAdapterOptions,
) => Promise<HttpServer>
