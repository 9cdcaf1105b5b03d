export { retakeMiddleware, type HonoOptions } from './middleware.ts'
