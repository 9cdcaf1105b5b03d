export { setOwnHeaders } from './head.ts'
export { hookOf, hookResponse } from './hook-response.ts'
export type { BeforeHead, RequestKnowledge, ResponseHook } from './response-hook.ts'
export { senderOf, type Send, type Sender } from './sender.ts'
