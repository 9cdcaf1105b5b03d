/** An event of the telemetry of AI SDK 6 or 7, as far as it is read here. */
export interface TelemetryEvent {
  /** Tells apart the calls of functions of the SDK. There is none in 6. */
  readonly callId?: string
  /** Such as `ai.streamText`. There is none in 6. */
  readonly operationId?: string
  readonly functionId?: string
  readonly provider?: string
  readonly modelId?: string
  /** False where what is asked is hidden from telemetry, tools included. */
  readonly recordInputs?: boolean
  /** The app's own tools; at a call of a model, their definitions. */
  readonly tools?: object
}

/** The beginning of a step, with what the model is to be asked. */
export interface StepStart extends TelemetryEvent {
  readonly promptMessages?: unknown
  readonly stepTools?: unknown
  readonly stepToolChoice?: unknown
  readonly providerOptions?: unknown
  readonly output?: { readonly responseFormat?: unknown }
}

/** Whether an operation asks a language model through telemetry, so that its calls can be recorded there. */
export function isRecordable({ operationId }: TelemetryEvent): boolean {
  return operationId === 'ai.generateText' || operationId === 'ai.streamText'
}

/** The function of the SDK that an event tells of, such as `streamText`. */
export function functionOf({ operationId = 'ai.generate' }: TelemetryEvent): string {
  return operationId.replace(/^ai\./, '')
}

/** The name of the event of a model's call. */
export function modelNameOf({ provider = '', modelId = '' }: TelemetryEvent): string {
  return `${provider}/${modelId}`
}
