/**
 * The tags and filters that a template may use. None of them reads files, the clock or chance, and each pays for its
 * work.
 */
export const TAGS =
  'assign capture case comment cycle decrement doc increment if ifchanged unless for tablerow break continue raw echo liquid abort_message #'.split(
    ' ',
  )

/** Filters of text: lists and objects reach them as JSON. */
export const TEXT_FILTERS =
  'append prepend capitalize downcase upcase lstrip rstrip strip strip_newlines squish normalize_whitespace newline_to_br strip_html escape escape_once xml_escape remove remove_first remove_last replace replace_first replace_last truncate truncatewords url_encode url_decode cgi_escape uri_escape slugify base64_encode base64_decode base64_url_safe_encode base64_url_safe_decode number_of_words'.split(
    ' ',
  )

export const OTHER_FILTERS = 'default slice size first last compact concat join reverse split uniq'.split(' ')

/** Filters of numbers (render/numbers.ts). */
export const NUMBER_FILTERS = [
  'abs',
  'at_least',
  'at_most',
  'ceil',
  'divided_by',
  'floor',
  'minus',
  'modulo',
  'plus',
  'round',
  'times',
] as const

/** Filters that look into each member of a list. */
export const MEMBER_FILTERS = 'map sort sort_natural sum where reject has find find_index'.split(' ')

/** Written by us in place of Liquid's. `time_zone` is Braze's, `header_escape` our own. */
export const OWN_FILTERS = ['date', 'time_zone', 'json', 'as_json_string', 'header_escape'] as const

/** Braze's filters of text: they escape, hash and sign it. */
export const BRAZE_FILTERS = [
  'json_escape',
  'url_escape',
  'url_param_escape',
  'base64',
  'md5',
  'sha1',
  'sha2',
  'hmac_sha1',
  'hmac_sha1_hex',
  'hmac_sha1_base64',
  'hmac_sha256_hex',
  'hmac_sha256_base64',
] as const

/** The last filter of a token in an address: the author has encoded the value, so it is not encoded again. */
export const ENCODING_FILTERS: readonly string[] = ['url_encode', 'cgi_escape', 'url_escape', 'url_param_escape']

/**
 * The last filter of a token in a text whose tokens are written as JSON: the value is JSON already, or made to stand
 * inside quotes.
 */
export const JSON_FILTERS: readonly string[] = ['json', 'as_json_string', 'json_escape']

/** The last filter of a token in XML: the value is escaped already. */
export const XML_FILTERS: readonly string[] = ['escape', 'escape_once', 'xml_escape']

/** The last filter of a token whose value holds only characters that headers can carry. */
export const HEADER_FILTERS: readonly string[] = [
  ...['header_escape', 'url_encode', 'cgi_escape', 'uri_escape', 'url_escape', 'url_param_escape', 'date', 'size'],
  ...['base64', 'base64_encode', 'base64_url_safe_encode', 'md5', 'sha1', 'sha2', 'number_of_words', 'find_index'],
  ...['hmac_sha1', 'hmac_sha1_hex', 'hmac_sha1_base64', 'hmac_sha256_hex', 'hmac_sha256_base64', 'sum'],
  ...NUMBER_FILTERS,
]
