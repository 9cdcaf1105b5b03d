/** Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it. */
export const layers = {
  rows: {
    'http-request.ts': [],
    providers: ['http-request.ts'],
    '*.ts': ['http-request.ts', 'providers'],
    'register.ts': ['*.ts'],
    'index.ts': ['*.ts'],
    testing: ['*'],
  },
}
