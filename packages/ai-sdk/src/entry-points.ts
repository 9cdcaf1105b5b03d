/** What a function of the SDK needs besides its options to be wrapped. */
export interface EntryPoint {
  /** Methods by which a provider gives the model for an id, the newer one first. */
  readonly factories: readonly string[]
  /** It calls a language model, in steps. */
  readonly hasSteps?: true
  /** It has no span of its own: what it returns streams, and does not show when it is over. */
  readonly isBare?: true
}

const LANGUAGE: EntryPoint = { factories: ['languageModel'], hasSteps: true }
const EMBEDDING: EntryPoint = { factories: ['embeddingModel', 'textEmbeddingModel'] }
const RERANKING: EntryPoint = { factories: ['rerankingModel'] }
const IMAGE: EntryPoint = { factories: ['imageModel'] }
const SPEECH: EntryPoint = { factories: ['speechModel'] }
const TRANSCRIPTION: EntryPoint = { factories: ['transcriptionModel'] }
const TRANSLATION: EntryPoint = { factories: ['speechTranslationModel'] }
const VIDEO: EntryPoint = { factories: ['videoModel'] }
const DECISION: EntryPoint = { factories: ['decisionModel', 'evaluationModel'] }
const EXTRACTION: EntryPoint = { factories: ['extractionModel'] }

/** The functions of AI SDK 5, 6 and 7 that take a model. */
export const FUNCTIONS: Readonly<Record<string, EntryPoint>> = {
  generateText: LANGUAGE,
  streamText: LANGUAGE,
  generateObject: LANGUAGE,
  streamObject: LANGUAGE,
  experimental_streamTextLowMemory: LANGUAGE,
  experimental_streamLanguageModelCall: { ...LANGUAGE, isBare: true },
  embed: EMBEDDING,
  embedMany: EMBEDDING,
  rerank: RERANKING,
  generateImage: IMAGE,
  experimental_generateImage: IMAGE,
  generateSpeech: SPEECH,
  experimental_generateSpeech: SPEECH,
  experimental_streamSpeech: { ...SPEECH, isBare: true },
  transcribe: TRANSCRIPTION,
  experimental_transcribe: TRANSCRIPTION,
  experimental_streamTranscribe: { ...TRANSCRIPTION, isBare: true },
  experimental_streamTranslate: { ...TRANSLATION, isBare: true },
  experimental_generateVideo: VIDEO,
  experimental_startVideo: VIDEO,
  experimental_getVideoStatus: VIDEO,
  experimental_decide: DECISION,
  experimental_evaluate: DECISION,
  experimental_extract: EXTRACTION,
}

/** What asks a provider and cannot be recorded: whether it gives a promise, or what streams at once. */
export const UNRECORDED: Readonly<Record<string, 'promise' | 'stream'>> = {
  uploadFile: 'promise',
  uploadSkill: 'promise',
  experimental_startBatch: 'promise',
  experimental_getBatchStatus: 'promise',
  experimental_getBatchResults: 'stream',
  experimental_cancelBatch: 'promise',
  experimental_listBatches: 'promise',
}

/** The classes of agents. */
export const AGENTS: Readonly<Record<string, EntryPoint>> = {
  ToolLoopAgent: LANGUAGE,
  Experimental_Agent: LANGUAGE,
}
