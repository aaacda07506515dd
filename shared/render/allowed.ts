/** The tags and filters that a template may use: none of them reads files, the clock or chance, and each pays for its work. */
export const TAGS =
  'assign capture case comment cycle decrement increment if unless for break continue raw echo liquid #'.split(' ')

/** Filters of a text: lists and objects reach them as JSON. */
export const TEXT_FILTERS =
  'append prepend capitalize downcase upcase lstrip rstrip strip strip_newlines squish normalize_whitespace newline_to_br strip_html escape escape_once xml_escape remove remove_first remove_last replace replace_first replace_last split truncate truncatewords url_encode url_decode cgi_escape uri_escape slugify base64_encode base64_decode number_of_words'.split(
    ' ',
  )

export const OTHER_FILTERS =
  'default slice size first last abs at_least at_most ceil divided_by floor minus modulo plus round times compact concat join reverse uniq'.split(
    ' ',
  )

/** Filters that look into each member of a list. */
export const MEMBER_FILTERS = 'map sort sort_natural sum where reject has find find_index'.split(' ')

/** Written by us, in place of Liquid's. */
export const OWN_FILTERS = ['date', 'json'] as const

/** The last filter of a token in an address: its author has encoded the value, and it is not encoded again. */
export const ENCODING_FILTERS: readonly string[] = ['url_encode', 'cgi_escape']
