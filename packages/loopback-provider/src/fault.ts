/** Why a call gets no answer. */
export type Fault = 'rate-limit' | 'server-error' | 'unauthorized' | 'overloaded' | 'not-found'

const MESSAGES: Readonly<Record<Fault, string>> = {
  'rate-limit': 'Rate limit reached. Try again later.',
  'server-error': 'The server had an error while processing the request.',
  unauthorized: 'The API key is not valid.',
  overloaded: 'Overloaded',
  'not-found': 'There is nothing at this path.',
}

export function faultMessage(fault: Fault): string {
  return MESSAGES[fault]
}
