import { answerField, leaveField, leaveOut, type LeaveOut } from './capture-fields.ts'
import { isEncodedList } from './codec-tags.ts'
import type { CaptureLevel, Encoded, EventKind, Outcome } from './event.ts'
import { mapOutcome } from './outcome.ts'

/** Parts of a session that can be left out. */
export type CaptureField =
  | 'userInput'
  | 'systemMessage'
  /** What a model says on the way, and in the history that a request brings along. */
  | 'assistantMessage'
  | 'reasoning'
  | 'toolArguments'
  | 'toolResult'
  /** What a model says where it calls no tool. */
  | 'finalResponse'

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
  const isStored = level === 'full' || level === 'redacted'

  // Which part of raw HTTP belongs to which field is not known.
  function wholeField(kind: EventKind, side: keyof Fields): CaptureField | undefined {
    return kind === 'http' ? [...off][0] : WHOLE[kind]?.[side]
  }

  return {
    level,
    request(kind, request) {
      if (!isStored) return undefined
      if (off.size === 0) return request
      return leave(request, wholeField(kind, 'request'), { off, left: new Set() })
    },
    outcome(kind, outcome) {
      if (!isStored) return {}
      if (off.size === 0) return { outcome }
      const whole = wholeField(kind, 'outcome')
      const scope: LeaveOut = { off, left: new Set(), field: answerField(outcome) }
      const kept = mapOutcome(outcome, (value) => leave(value, whole, scope))
      return scope.left.size === 0 ? { outcome } : { outcome: kept, withheld: reason(scope) }
    },
  }
}

// The parts of a stream stay a list.
function leave(value: Encoded, whole: CaptureField | undefined, scope: LeaveOut): Encoded {
  if (whole === undefined) return leaveOut(value, scope)
  if (isEncodedList(value)) return value.map((item) => leaveField(item, whole, scope))
  return leaveField(value, whole, scope)
}

function reason({ left }: LeaveOut): string {
  return `capture leaves out ${[...left].join(', ')}`
}
