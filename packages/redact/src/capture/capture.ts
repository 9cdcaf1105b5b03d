import { answerField, leaveField, leaveOut, type LeaveOut } from './capture-fields.ts'
import {
  keepsContent,
  isEncodedList,
  type CaptureLevel,
  type Encoded,
  type EventKind,
  type Outcome,
  mapOutcome,
} from '@retake/format'
import type { CaptureField } from './capture-field.ts'

export interface CaptureOptions {
  /** @default 'redacted' */
  readonly level?: CaptureLevel
  /** Fields that are `false` are left out. By default all are stored. */
  readonly fields?: Partial<Record<CaptureField, boolean>>
}

/** Decides what of a call is stored. Runs after redaction, and after the fingerprint was taken. */
export interface Capture {
  readonly level: CaptureLevel
  request(kind: EventKind, request: Encoded): Encoded | undefined
  /** `withheld` says why the outcome cannot be served any more. */
  outcome(
    kind: EventKind,
    outcome: Outcome,
  ): { readonly outcome?: Outcome; readonly withheld?: string }
}

type Fields = { readonly request: CaptureField; readonly outcome?: CaptureField }

// Kinds whose requests and outcomes are of one field as a whole.
const WHOLE: Partial<Record<EventKind, Fields>> = {
  tool: { request: 'toolArguments', outcome: 'toolResult' },
  mcp: { request: 'toolArguments', outcome: 'toolResult' },
  embedding: { request: 'userInput' },
  rerank: { request: 'userInput' },
  retrieval: { request: 'userInput', outcome: 'toolResult' },
}

/** Makes the decisions of one instance. */
export function createCapture({ level = 'redacted', fields = {} }: CaptureOptions = {}): Capture {
  const names = Object.keys(fields) as CaptureField[]
  const off: ReadonlySet<CaptureField> = new Set(names.filter((name) => fields[name] === false))
  const isStored = keepsContent(level)

  function wholeField(kind: EventKind, side: keyof Fields): CaptureField | undefined {
    // Which part of raw HTTP belongs to which field cannot be told.
    return kind === 'http' ? [...off][0] : WHOLE[kind]?.[side]
  }

  return {
    level,
    request(kind, request) {
      if (!isStored) return undefined
      if (off.size === 0) return request
      const scope: LeaveOut = { off, found: new Set() }
      const kept = leave(request, wholeField(kind, 'request'), scope)
      // Nor can it in a prompt in which no message was found.
      const isUnknown = kind === 'llm' && scope.found.size === 0
      return isUnknown ? leave(request, [...off][0], scope) : kept
    },
    outcome(kind, outcome) {
      if (!isStored) return {}
      if (off.size === 0) return { outcome }
      const scope: LeaveOut = { off, found: new Set(), field: answerField(outcome) }
      const whole = wholeField(kind, 'outcome')
      const kept = mapOutcome(outcome, (value) => leave(value, whole, scope))
      const left = [...scope.found].filter((field) => off.has(field))
      if (left.length === 0) return { outcome }
      return { outcome: kept, withheld: `capture leaves out ${left.join(', ')}` }
    },
  }
}

// The parts of a stream stay a list.
function leave(value: Encoded, whole: CaptureField | undefined, scope: LeaveOut): Encoded {
  if (whole === undefined) return leaveOut(value, scope)
  if (isEncodedList(value)) return value.map((item) => leaveField(item, whole, scope))
  return leaveField(value, whole, scope)
}
