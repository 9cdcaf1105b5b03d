/** Who may import whom in `src`, from the lowest to the highest: each row names what it may import, never what stands below it. */
export const layers = {
  rows: {
    'brands.ts': [],
    'http-request.ts': ['brands.ts'],
    providers: ['http-request.ts'],
    '*.ts': ['brands.ts', 'http-request.ts', 'providers'],
    'register.ts': ['*.ts'],
    'index.ts': ['*.ts'],
    testing: ['*'],
  },
}
