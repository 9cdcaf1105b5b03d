/** A log of HTTP requests. @see http://www.softwareishard.com/blog/har-12-spec/ */
export interface Har {
  readonly log: {
    readonly version: '1.2'
    readonly creator: { readonly name: string; readonly version: string }
    readonly entries: readonly HarEntry[]
  }
}

/** A name and a value, such as those of a header. */
export interface HarPair {
  readonly name: string
  readonly value: string
}

/** A body as text, or as base64 where it is none. Requests have no field for this, so theirs begins with `_`. */
export interface HarPostData {
  readonly mimeType: string
  readonly text: string
  readonly _encoding?: 'base64'
}

/** One request with its answer. Fields that begin with `_` are no part of the specification, as it asks for. */
export interface HarEntry {
  readonly startedDateTime: string
  readonly time: number
  readonly request: {
    readonly method: string
    readonly url: string
    readonly httpVersion: string
    readonly cookies: readonly never[]
    readonly headers: readonly HarPair[]
    readonly queryString: readonly HarPair[]
    readonly postData?: HarPostData
    readonly headersSize: -1
    readonly bodySize: number
  }
  readonly response: {
    readonly status: number
    readonly statusText: string
    readonly httpVersion: string
    readonly cookies: readonly never[]
    readonly headers: readonly HarPair[]
    readonly content: {
      readonly size: number
      readonly mimeType: string
      readonly text?: string
      readonly encoding?: 'base64'
    }
    readonly redirectURL: string
    readonly headersSize: -1
    readonly bodySize: number
  }
  readonly cache: Readonly<Record<string, never>>
  readonly timings: { readonly send: 0; readonly wait: number; readonly receive: number }
  /** Where the answer came from in the end, when the request was redirected. */
  readonly _redirectedTo?: string
  /** The request that made the session. */
  readonly _inbound?: true
}
