/** Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it. */
export const layers = {
  rows: {
    // What two answers of one request differ in.
    answer: [],
    '*.ts': ['answer'],
    // What both adapters on Node do to its response.
    node: ['*.ts'],
    resend: ['answer', '*.ts'],
    'index.ts': ['*.ts'],
  },
}
