import type { AddressInfo, Server } from 'node:net'

const { PROVIDER_URL = '', RESEARCH_URL = '', FACTS_URL = '', SESSION_SECRET = '' } = process.env

/** Where everything is, and what the services of this example share. */
export const settings: Readonly<
  Record<'PROVIDER_URL' | 'RESEARCH_URL' | 'FACTS_URL' | 'SESSION_SECRET', string>
> = { PROVIDER_URL, RESEARCH_URL, FACTS_URL, SESSION_SECRET }

/** Tells the process that has started this one where it listens. */
export function announce(server: Pick<Server, 'address'>): void {
  process.send?.((server.address() as AddressInfo).port)
}
