/**
 * The condition language: one for filters, audiences, entry triggers, exits and paths. conditions/schema.ts says what a
 * condition is, conditions/evaluate.ts what came out of one. `factsOf` names the facts that a condition needs; they are
 * loaded before it is asked.
 */
export { checkCondition } from './conditions/check'
export { evaluate, type Sources, sourcesOf } from './conditions/evaluate'
export { explainCondition, explainRule } from './conditions/explain'
export { allEvents, type Facts, factsOf, rulesIn, stepOf } from './conditions/facts'
export { lookUp, type Places } from './conditions/look-up'
export { type MayAsk, mayAsk } from './conditions/may-ask'
export { type Operator, operators } from './conditions/operators'
export { sayCondition, sayField } from './conditions/say'
export { always, type Condition, conditionSchema, type Match, matches, type Rule } from './conditions/schema'
export { Search } from './conditions/search'
export type { Seen, SeenField, SeenRule } from './conditions/seen'
