/** The inner map of a key; created when it is missing. */
export function within<K, L, V>(outer: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const known = outer.get(key)
  if (known !== undefined) return known
  const made = new Map<L, V>()
  outer.set(key, made)
  return made
}
