/** Milliseconds since 1970. Injected everywhere: nothing else in `server/` reads the machine's clock. */
export type Clock = () => number

export const machineClock: Clock = () => Date.now()
