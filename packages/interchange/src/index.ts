export { detectFormat } from './detect-format.ts'
export type { ImportOptions, ImportRedactor } from './exchange/import-options.ts'
export type { Imported } from './exchange/to-session.ts'
export {
  exportSession,
  importSession,
  type Exported,
  type ExportFormat,
  type ImportFormat,
} from './formats.ts'
