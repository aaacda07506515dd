/** Takes out what fits, and answers it. */
export function drop<T>(list: T[], fits: (item: T) => boolean): T[] {
  const dropped = list.filter(fits)
  if (dropped.length > 0) list.splice(0, list.length, ...list.filter(item => !fits(item)))
  return dropped
}
