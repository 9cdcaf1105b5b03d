import { describe, expect, it } from 'vitest'
import type { SessionData, VirtualRecord } from '@retake/format'
import { ownVirtual } from './session-virtual.ts'

const front: VirtualRecord = { type: 'virtual', seed: '0f', service: 'front' }
const first: VirtualRecord = { type: 'virtual', seed: '0a', service: 'facts', hop: 'a' }
const second: VirtualRecord = { type: 'virtual', seed: '0b', service: 'facts', hop: 'b' }

function sessionWith(...virtual: readonly VirtualRecord[]): SessionData {
  return { virtual } as unknown as SessionData
}

describe('ownVirtual', () => {
  const session = sessionWith(front, first, second)

  it('is what the service has on record of the request that it answers', () => {
    expect(ownVirtual(session, { service: 'facts' }, 'b')).toBe(second)
    expect(ownVirtual(session, { service: 'facts' }, 'c')).toBeUndefined()
    expect(ownVirtual(session, { service: 'front' }, undefined)).toBe(front)
  })

  it('is the first that the service has where no request is named', () => {
    expect(ownVirtual(session, { service: 'facts' }, undefined)).toBe(first)
  })

  it('is that of a session of one process, whatever it was called then', () => {
    expect(
      ownVirtual(sessionWith({ type: 'virtual', seed: '00' }), { service: 'new' }, undefined),
    ).toEqual({ type: 'virtual', seed: '00' })
    expect(ownVirtual(session, { service: 'other' }, undefined)).toBeUndefined()
  })
})
