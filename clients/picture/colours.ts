// Every colour of a picture, so that one test can hold each against what it stands on. None means anything by itself:
// whatever a colour says, a shape or a word says as well, for print in black and white and for who sees no colours.

/** What things stand on. */
export const PAPERS = { paper: '#ffffff', band: '#f3f3f3', land: '#f6f3ea', sea: '#ffffff' } as const

/** What is written and drawn. */
export const INKS = {
  ink: '#1b1b1b',
  grey: '#595959',
  blue: '#0b5394',
  red: '#a61c00',
  green: '#1e6b34',
  purple: '#6a329f',
  brown: '#7a4a00',
  teal: '#0b636b',
  magenta: '#97005f',
  navy: '#1c2e6b',
  olive: '#555500',
  rust: '#8a3b12',
} as const

/** Lines that only help the eye: the grid, borders that say nothing of a claim. */
export const HELPERS = { border: '#8c8c8c', grid: '#cfcfcf', coast: '#707070' } as const

/** The contrast of two colours by WCAG 2.2, from 1 to 21. Each is `#rrggbb`. */
export function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (high! + 0.05) / (low! + 0.05)
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!
}
