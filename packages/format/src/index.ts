export { isFormType, isJsonType, isTextType, parseBodyText } from './body-type.ts'
export { decodeText, fromBase64, toBase64, utf8Bytes, utf8Length, utf8Text } from './bytes.ts'
export { keepsContent } from './capture-level.ts'
export { canonical } from './codec/canonical.ts'
export {
  decode,
  encode,
  registerErrorReviver,
  type EncodeOptions,
  type ErrorReviver,
} from './codec/codec.ts'
export { ExactNumber, isExactDigits, isExactNumber, parseExactJson } from './codec/exact-number.ts'
export { fingerprint } from './codec/fingerprint.ts'
export { objectFormOf, type ObjectForm } from './codec/object-form.ts'
export {
  createLabel,
  encodePlaceholders,
  isPlaceholder,
  PLACEHOLDER,
  placeholder,
  type Label,
} from './codec/placeholder.ts'
export { storedCopy, type StoredCopy } from './codec/stored-copy.ts'
export {
  isEncodedList,
  isEncodedObject,
  MAX_ENCODED_DEPTH,
  setOwn,
  TAG,
  tagOf,
  textOf,
  withheldTag,
  type EncodedObject,
} from './codec/tags.ts'
export {
  describeWithheld,
  eachWithheld,
  formatPath,
  outcomeDoubt,
  requestDoubt,
  type Path,
} from './codec/withheld.ts'
export { answerHints, answerLines } from './compare/answer-lines.ts'
export {
  foundBy,
  reportedAnswer,
  type AnswerDifference,
  type NotCompared,
  type ReportedAnswer,
  type ServedFunction,
} from './compare/answer-report.ts'
export { Comparison, type ComparisonOptions } from './compare/compare-values.ts'
export { differenceLines } from './compare/difference-lines.ts'
export {
  createIgnore,
  formatPlace,
  placeFault,
  portablePlace,
  splitPlaces,
  type Ignore,
} from './compare/place-pattern.ts'
export { differences, formatLikeness, similarity, type Difference } from './compare/similarity.ts'
export { createFindDrifted, type Drifted } from './drift/find-drifted.ts'
export {
  describeError,
  errorTitle,
  isRetakeError,
  ReplayDisabledError,
  ReplayError,
  ReplayEscapeError,
  ReplayForbiddenError,
  ReplayInvalidSessionError,
  ReplayLeftoverError,
  ReplayMissError,
  ReplayNoSnapshotsError,
  ReplaySessionExpiredError,
  ReplaySessionNotFoundError,
  RetakeError,
  type ErrorData,
  type RetakeErrorCode,
} from './errors.ts'
export { isBookkeeping, packReadStates, READS, unpackReadStates } from './read-states.ts'
export { EMISSIONS, packSlots, readSlots, type EmissionSlot } from './emissions.ts'
export { EVENT_KINDS, NOTED_KINDS, SPAN_KINDS } from './event-kinds.ts'
export type {
  CaptureLevel,
  CompletionRecord,
  Encoded,
  EndRecord,
  EndState,
  EventKind,
  EventRecord,
  EventState,
  InboundRequest,
  JournalRecord,
  OutboundResponse,
  Outcome,
  SessionData,
  SessionRecord,
  StreamEnd,
  ReadContent,
  StreamOutcome,
  Totals,
  UpdateRecord,
  Usage,
  VirtualKind,
  VirtualRecord,
} from './event.ts'
export { sha256 } from './hash.ts'
export { isSessionId, newEventId, newId } from './ids.ts'
export {
  boundsFault,
  describeFault,
  isNestedDeeper,
  isObject,
  MAX_JSON_DEPTH,
  MAX_JSON_VALUES,
  parseJson,
  type JsonFault,
  type JsonLimits,
} from './journal/bounded-json.ts'
export { CHECKED, isWellDescribed, type Checked } from './journal/checked.ts'
export { joinNotes, joinTimes, type Readings } from './journal/clock-readings.ts'
export { invalidSession } from './journal/journal-error.ts'
export { JOURNAL_LIMITS } from './journal/journal-lines.ts'
export {
  formatRecord,
  journalFileName,
  mergeJournals,
  readJournals,
  type JournalFile,
  type MergedJournals,
} from './journal/journal.ts'
export type { OpenedEvent } from './journal/opened-event.ts'
export type { EveryField } from './journal/own-head.ts'
export { LINE } from './journal/own-line.ts'
export {
  checkEvent,
  eachSpan,
  fingerprintOf,
  forgetOutcome,
  hasOneTick,
  hasOutcome,
  opened,
  outcomeOf,
  peekRequestOf,
  requestOf,
  requestText,
  type RecordedEvent,
} from './journal/recorded-event.ts'
export { recordedEvents } from './journal/session-data.ts'
export type { TickSpan } from './journal/tick-spans.ts'
export { MAX_TICK, recordFault } from './journal/validate.ts'
export { lazily } from './lazily.ts'
export { mapOutcome } from './outcome.ts'
export { escapeName, joinPath, placeOf } from './path.ts'
export { realOf, standIn } from './real.ts'
export {
  describeOvertaking,
  formatReport,
  type NearestRecording,
  type ReplayReport,
  type ReportedCall,
  type ReportedDrift,
  type ReportedOvertaking,
  type ReportedMiss,
} from './replay-report.ts'
export { isSummary, type SessionSummary } from './summary.ts'
export {
  createInstantReader,
  createTickReader,
  instantTicks,
  MAX_ROUNDS,
  noteInstant,
  noteTick,
  type InstantRuns,
  type TickRuns,
} from './ticks.ts'
export { isoTime, SECOND_MS, wallMs } from './time.ts'
export { finiteUsage, sumTokens } from './usage.ts'
