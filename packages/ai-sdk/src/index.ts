export { wrapAISDK } from './wrap-ai-sdk.ts'
export { wrapModel } from './wrap-model.ts'
export { wrapProvider } from './wrap-provider.ts'
export { wrapTool, wrapTools } from './wrap-tool.ts'
