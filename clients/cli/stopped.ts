/** Resolves when this program is told to stop, from the terminal or by whoever watches over it. */
export function stopped(): Promise<void> {
  return new Promise((settle) => {
    process.once('SIGINT', () => settle()).once('SIGTERM', () => settle())
  })
}
