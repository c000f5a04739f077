/** A quantile of type 7 (Hyndman and Fan 1996, DOI 10.1080/00031305.1996.10473566) of at least one ascending number. */
export function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1)
  const [below, above] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!]
  return below + (above - below) * (place - Math.floor(place))
}
