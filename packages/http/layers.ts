/** Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it. */
export const layers = {
  rows: {
    '*.ts': [],
    // What both adapters on Node do to its response.
    node: ['*.ts'],
    resend: ['*.ts'],
    'index.ts': ['*.ts'],
  },
}
