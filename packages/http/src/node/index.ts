export { collectResponse, recordResponse } from './node-response.ts'
