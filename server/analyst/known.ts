/** A figure as an answer can carry it: null where it is not a number, or without a bound. */
export const known = (value: number): number | null => (Number.isFinite(value) ? value : null)
