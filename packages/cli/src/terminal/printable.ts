/** A text that cannot steer a terminal: names of files and fields come from outside. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '?')
}
