/** ln Γ(x) for x above 0: Lanczos 1964 (DOI 10.1137/0701008) with Godfrey's nine coefficients; 15 digits. Constant time. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - logGamma(1 - x)
  const y = x - 1
  let sum = 0.99999999999980993
  LANCZOS.forEach((coefficient, at) => {
    sum += coefficient / (y + at + 1)
  })
  const t = y + LANCZOS.length - 0.5
  return 0.5 * Math.log(2 * Math.PI) + (y + 0.5) * Math.log(t) - t + Math.log(sum)
}

const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

const TINY = 1e-300
const CLOSE = 1e-15
const ROUNDS = 100_000

/**
 * The regularised incomplete beta function I_x(a, b), a and b above 0: also P(X ≥ a) of a binomial X of a + b − 1 trials (Abramowitz
 * and Stegun 26.5.24). The continued fraction of DLMF 8.17.22, computed after Lentz 1976; some √(a + b) steps.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges fast below the mean alone.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  const term = (step: number) => {
    const m = Math.floor(step / 2)
    return step % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
  }
  return front / a / fraction(term)
}

/** 1 + t₁ / (1 + t₂ / (1 + …)). */
function fraction(term: (step: number) => number): number {
  let [c, d, value] = [1, 0, 1]
  for (let step = 1; step < ROUNDS; step++) {
    const t = term(step)
    d = 1 / apart(1 + t * d)
    c = apart(1 + t / c)
    const change = c * d
    value *= change
    if (Math.abs(change - 1) < CLOSE) break
  }
  return value
}

const apart = (value: number) => (Math.abs(value) < TINY ? TINY : value)

/** The x at which I_x(a, b) is `part`, by halving until the numbers end. */
export function betaQuantile(part: number, a: number, b: number): number {
  return halved(0, 1, (x) => incompleteBeta(x, a, b) < part)
}

function halved(low: number, high: number, isBelow: (x: number) => boolean): number {
  let [from, to] = [low, high]
  for (;;) {
    const middle = (from + to) / 2
    if (middle <= from || middle >= to) return middle
    if (isBelow(middle)) from = middle
    else to = middle
  }
}

/**
 * The chance that a standard normal number is above z: ½ erfc(z / √2), by the series of Abramowitz and Stegun 26.2.11 near
 * the middle and the continued fraction 26.2.14 outside.
 */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z)
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  if (z < 2.5) {
    let [sum, term] = [z, z]
    for (let n = 1; term > CLOSE * sum && n < ROUNDS; n++) {
      term *= (z * z) / (2 * n + 1)
      sum += term
    }
    return 0.5 - density * sum
  }
  return density / (z * fraction((step) => step / (z * z)))
}

/** The z that a standard normal number exceeds with this chance, 0 to 1 excluded. */
export function normalAbove(chance: number): number {
  return halved(-40, 40, (z) => normalTail(z) > chance)
}
