import type { OutboundResponse } from '@retake/format'

/** The type of a body, without its parameters. */
export function mediaType({ headers }: Pick<OutboundResponse, 'headers'>): string | undefined {
  return headers['content-type']?.split(';')[0]?.trim().toLowerCase()
}
