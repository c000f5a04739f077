/** Where something failed, for the operator: places in our code, never with what, for a message may hold what an officer asked. */
export const whereOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? '') : '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .join('\n')
