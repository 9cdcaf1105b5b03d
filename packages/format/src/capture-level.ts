import type { CaptureLevel } from './event.ts'

/** Whether requests and answers are stored at a level, so that they can be shown, compared and replayed. */
export function keepsContent(level: CaptureLevel): boolean {
  return level === 'full' || level === 'redacted'
}
