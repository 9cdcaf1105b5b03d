interface Answer {
  readonly status: number
  readonly headers: [string, string][]
  readonly body: Uint8Array
}

/** What a provider sent over the wire, to be sent again to another major of the SDK. */
export interface WireTape {
  /** Goes to the provider, and keeps what it answers. */
  readonly record: typeof fetch
  /** Answers as the provider did, in the same order. */
  readonly play: typeof fetch
}

export function createWireTape(): WireTape {
  const answers: Answer[] = []
  let played = 0
  return {
    async record(...request) {
      const response = await fetch(...request)
      const { status } = response
      const headers = [...response.headers].filter(([name]) => name !== 'transfer-encoding')
      const answer = { status, headers, body: await response.bytes() }
      answers.push(answer)
      return toResponse(answer)
    },
    async play() {
      const answer = answers[played++]
      if (answer === undefined) throw new TypeError('The provider was not asked that often.')
      return toResponse(answer)
    },
  }
}

function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body.slice(), { status, headers })
}
