/** How often other offices consulted what an office has, in a month that is over. */
export type MonthOfConsultations = {
  month: string
  /** An office that consulted less often is not named. */
  floor: number
  /** Counts are rounded down to a multiple of it. */
  step: number
  offices: { office: string; count: number }[]
  /** The sum of the offices that are not named, rounded as well. */
  others: number
}
