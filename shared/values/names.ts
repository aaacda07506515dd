/**
 * Lead attributes that we write have simple names, so that every template and condition can reach them: letters, digits
 * and underscores, no leading digit, at most 100 characters. The file stands alone because the first screen needs it,
 * and the readers of values are large.
 */
export const attributeName = /^(?!__proto__$)[A-Za-z_][A-Za-z0-9_]{0,99}$/
