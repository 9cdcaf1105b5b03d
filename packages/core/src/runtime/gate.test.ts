import { describe, expect, it } from 'vitest'
import { hostName, resolveGate } from './gate.ts'

describe('resolveGate', () => {
  it.each(['1', 'true', 'yes', 'on', 'TRUE', ' On '])('opens for replays at %j', (value) => {
    expect(resolveGate({ RETAKE_REPLAY_ENABLED: value }).replayEnabled).toBe(true)
  })

  it.each([undefined, '', '0', 'false', 'no', 'off', '2', 'enabled', 'true;'])(
    'stays closed at %j',
    (value) => {
      expect(resolveGate({ RETAKE_REPLAY_ENABLED: value }).replayEnabled).toBe(false)
    },
  )

  it('stays closed in an empty environment', () => {
    expect(resolveGate({})).toEqual({ replayEnabled: false, production: false })
  })

  it('knows production, its secret and the session of the parent process', () => {
    const gate = resolveGate({
      NODE_ENV: 'production',
      RETAKE_REPLAY_SECRET: 'hunter2hunter2',
      RETAKE_SESSION_ID: 'session-of-the-parent',
      RETAKE_REPLAY: 'session-of-the-parent;match=strict',
      RETAKE_SESSION_HOP: '0123456789abcdef',
    })

    expect(gate).toMatchObject({
      production: true,
      replaySecret: 'hunter2hunter2',
      inheritedSession: 'session-of-the-parent',
      inheritedReplay: 'session-of-the-parent;match=strict',
      inheritedHop: '0123456789abcdef',
    })
  })

  it('takes an empty secret for none', () => {
    expect(resolveGate({ RETAKE_REPLAY_SECRET: '' })).not.toHaveProperty('replaySecret')
  })

  it('reads the environment once', () => {
    const environment: Record<string, string> = {}
    const gate = resolveGate(environment)

    environment.RETAKE_REPLAY_ENABLED = '1'

    expect(gate.replayEnabled).toBe(false)
  })
})

describe('hostName', () => {
  it('is what the environment says', () => {
    expect(hostName({ HOSTNAME: 'web-1' })).toBe('web-1')
    expect(hostName({ COMPUTERNAME: 'DESKTOP' })).toBe('DESKTOP')
    expect(hostName({})).toBeUndefined()
  })
})
