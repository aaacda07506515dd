// What templates may ask of the machine, and what is said of one that asks for more.

/** Characters of a template. */
export const TEMPLATE_LIMIT = 65_536
/** Characters that filters, captures and assigns may go through in one request. */
export const WORK_LIMIT = 1_000_000
/**
 * Pieces of a template that the renderings of one request may pass, counted again in every round of a loop: 10 to 60 ms
 * of work.
 */
export const STEP_LIMIT = 10_000
/**
 * What one request may take by the clock, where there is one. A late request is tried once more, because a pause of the
 * machine is no fault of the template.
 */
export const PATIENCE_MS = 15

/** Characters of a rendered text; bytes of a body. */
export const OUTPUT_LIMIT = 262_144

export const TOO_LONG = 'The template is longer than 64 KiB.'
export const TOO_MUCH = 'The text came out longer than 256 KiB.'
export const TOO_HARD = 'The template does too much work for one message.'
export const TOO_SLOW = 'The template takes too long for one message.'
