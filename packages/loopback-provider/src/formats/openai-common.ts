import { faultMessage, type Fault } from '../fault.ts'
import type { Prompt } from '../prompt.ts'
import { randomId, randomNumber } from '../random.ts'

interface OpenaiError {
  readonly status: number
  readonly type: string
  readonly code: string
}

const ERRORS: Readonly<Record<Fault, OpenaiError>> = {
  'rate-limit': { status: 429, type: 'requests', code: 'rate_limit_exceeded' },
  'server-error': { status: 500, type: 'server_error', code: 'server_error' },
  unauthorized: { status: 401, type: 'invalid_request_error', code: 'invalid_api_key' },
  overloaded: { status: 503, type: 'server_error', code: 'server_is_overloaded' },
  'not-found': { status: 404, type: 'invalid_request_error', code: 'unknown_url' },
}

/** The same in both of OpenAI's formats. */
export interface ToolSettings {
  readonly tool_choice?: string | object
  readonly parallel_tool_calls?: boolean
}

export function readToolSettings({
  tool_choice: choice,
  parallel_tool_calls: isParallel = true,
}: ToolSettings): Pick<Prompt, 'maxToolCalls' | 'mustCallTools'> {
  const mustCallTools = choice === 'required' || typeof choice === 'object'
  if (choice === 'none') return { maxToolCalls: 0, mustCallTools }
  return { maxToolCalls: isParallel ? 2 : 1, mustCallTools }
}

export function openaiHeaders(): Readonly<Record<string, string>> {
  return {
    'x-request-id': randomId('req_'),
    'openai-organization': randomId('org-'),
    'openai-processing-ms': String(randomNumber(100, 900)),
    'x-ratelimit-remaining-requests': String(randomNumber(1, 9999)),
    'set-cookie': `__cf_bm=${randomId('')}; path=/; HttpOnly; Secure`,
  }
}

export function openaiStatus(fault: Fault): number {
  return ERRORS[fault].status
}

export function writeOpenaiFault(fault: Fault): { readonly error: object } {
  const { type, code } = ERRORS[fault]
  return { error: { message: faultMessage(fault), type, param: null, code } }
}

/** Fields of an error event of the Responses format, where `type` is that of the event. */
export function openaiErrorFields(fault: Fault): object {
  return { code: ERRORS[fault].code, message: faultMessage(fault), param: null }
}
