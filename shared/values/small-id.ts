/**
 * Ids that stand inside a graph: of steps, goals, variants, paths. They are keys of objects, so that the one word of this alphabet that every object
 * knows already is none.
 */
export const smallId = /^(?!constructor$)[a-z0-9-]{1,40}$/
