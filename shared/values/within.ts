/** The inner map of a key; made when it is not there yet. */
export function within<K, L, V>(outer: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = outer.get(key)
  if (known !== undefined) return known
  const made = new Map<L, V>()
  outer.set(key, made)
  return made
}
