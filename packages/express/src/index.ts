export { bindEmitter } from './emitter.ts'
export { retakeMiddleware, type ExpressOptions } from './middleware.ts'
