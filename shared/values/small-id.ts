/**
 * Ids inside a graph: of steps, goals, variants, paths. They are keys of objects, so the one word of this alphabet that
 * every object already knows is excluded.
 */
export const smallId = /^(?!constructor$)[a-z0-9-]{1,40}$/
