/**
 * Liquid as Shopify's Ruby gem renders it, in cases of our own, by the sections in which the Golden Liquid suite is ordered. Partials (`include`, `render`) are left out:
 * templates of ours read no files.
 */
export interface Case {
  readonly section: string
  readonly template: string
  /** What the template is given, by name. */
  readonly data?: { readonly [name: string]: unknown }
  /** What it prints; null: an error. */
  readonly want: string | null
}

type Row = readonly [template: string, want: string | null, data?: Case['data']]

const people = [
  { name: 'Ada', age: 36, home: { city: 'London' }, vip: true },
  { name: 'Bob', age: 41, home: { city: 'Rome' }, vip: false },
  { name: 'Eve', age: null },
]

const sections: { readonly [section: string]: readonly Row[] } = {
  'tag assign': [
    ['{% assign a = "x" %}{{ a }}', 'x'],
    ['{% assign a = 1 | plus: 2 %}{{ a }}', '3'],
    ['{% assign a = b.c %}{{ a }}', 'd', { b: { c: 'd' } }],
    ['{% assign a = "a,b" | split: "," %}{{ a[1] }}', 'b'],
    ['{% assign a-b = 1 %}{{ a-b }}', '1'],
    ['{% if true %}{% assign a = 1 %}{% endif %}{{ a }}', '1'],
    ['{% assign a = nope %}[{{ a }}]', '[]'],
  ],
  'tag capture': [
    ['{% capture a %}x{{ b }}{% endcapture %}{{ a }}{{ a }}', 'xyxy', { b: 'y' }],
    ['{% capture "a" %}x{% endcapture %}{{ a }}', 'x'],
    ['{% capture a %}{% endcapture %}[{{ a }}]', '[]'],
  ],
  'tag case': [
    ['{% case a %}{% when 1 %}one{% when 2 %}two{% else %}many{% endcase %}', 'two', { a: 2 }],
    ['{% case a %}{% when "x", "y" %}b{% endcase %}', 'b', { a: 'y' }],
    ['{% case a %}{% when "x" or "y" %}b{% endcase %}', 'b', { a: 'y' }],
    ['{% case a %}{% when 1 %}one{% else %}many{% endcase %}', 'many', { a: 'q' }],
    ['{% case a %} {% when 1 %}one{% endcase %}', 'one', { a: 1 }],
    ['{% case nope %}{% when nil %}nothing{% endcase %}', 'nothing'],
  ],
  'tag comment': [
    ['a{% comment %}b{% endcomment %}c', 'ac'],
    ['a{% comment %}{{ b }}{% if %}{% endcomment %}c', 'ac'],
    ['a{%- comment -%} b {%- endcomment -%} c', 'ac'],
  ],
  'tag cycle': [
    ['{% for i in (1..4) %}{% cycle "a", "b" %}{% endfor %}', 'abab'],
    ['{% cycle "a", "b" %}{% cycle "a", "b" %}{% cycle "c", "d" %}', 'abc'],
    ['{% cycle g: 1, 2 %}{% cycle g: 1, 2 %}', '12', { g: 'x' }],
    ['{% cycle "x": "a", "b" %}{% cycle "y": "a", "b" %}', 'aa'],
  ],
  'tag increment, decrement': [
    ['{% increment a %}{% increment a %} {% decrement b %}{% decrement b %}', '01 -1-2'],
    ['{% assign a = 5 %}{% increment a %}{{ a }}', '05'],
  ],
  'tag doc': [
    ['a{% doc %}b {{ c }} {% if %}{% enddoc %}d', 'ad'],
    ['{% doc %}', null],
  ],
  'tag echo': [
    ['{% echo a | upcase %}', 'X', { a: 'x' }],
    ['[{% echo nope %}]', '[]'],
  ],
  'tag for': [
    ['{% for a in b %}{{ a }}{% endfor %}', '123', { b: [1, 2, 3] }],
    ['{% for a in b limit: 2 offset: 1 %}{{ a }}{% endfor %}', '23', { b: [1, 2, 3, 4] }],
    ['{% for a in b reversed %}{{ a }}{% endfor %}', '321', { b: [1, 2, 3] }],
    [
      '{% for a in b limit: 2 %}{{ a }}{% endfor %}-{% for a in b offset: continue %}{{ a }}{% endfor %}',
      '12-34',
      { b: [1, 2, 3, 4] },
    ],
    ['{% for a in (1..n) %}{{ a }}{% endfor %}', '123', { n: 3 }],
    ['{% for a in b %}{{ a }}{% else %}none{% endfor %}', 'none', { b: [] }],
    ['{% for a in nope %}{{ a }}{% else %}none{% endfor %}', 'none'],
    [
      '{% for a in b %}{{ forloop.index }}{{ forloop.index0 }}{{ forloop.rindex }}{{ forloop.first }}{{ forloop.last }} {% endfor %}',
      '102truefalse 211falsetrue ',
      { b: ['x', 'y'] },
    ],
    ['{% for a in b %}{{ a[0] }}={{ a[1] }};{% endfor %}', 'x=1;y=2;', { b: { x: 1, y: 2 } }],
    [
      '{% for a in b %}{% if a == 2 %}{% continue %}{% endif %}{% if a == 4 %}{% break %}{% endif %}{{ a }}{% endfor %}',
      '13',
      { b: [1, 2, 3, 4, 5] },
    ],
    ['{% for a in "xyz" %}{{ a }}.{% endfor %}', 'xyz.'],
    [
      '{% for a in b %}{% for c in a %}{{ forloop.parentloop.index }}{{ c }} {% endfor %}{% endfor %}',
      '1x 2y 2z ',
      { b: [['x'], ['y', 'z']] },
    ],
  ],
  'tag if, unless': [
    ['{% if a %}y{% else %}n{% endif %}', 'y', { a: '' }],
    ['{% if a %}y{% else %}n{% endif %}', 'y', { a: 0 }],
    ['{% if a == "x" and b > 1 or c %}y{% endif %}', 'y', { a: 'x', b: 2 }],
    ['{% if a %}1{% elsif b %}2{% else %}3{% endif %}', '2', { b: true }],
    ['{% if a contains "b" %}y{% endif %}', 'y', { a: 'abc' }],
    ['{% if a contains "b" %}y{% endif %}', 'y', { a: ['a', 'b'] }],
    ['{% if a == empty %}y{% endif %}{% if b == empty %}n{% endif %}', 'y', { a: [], b: [1] }],
    ['{% if a == blank %}y{% endif %}', 'y', { a: '  ' }],
    ['{% if false and false or true %}y{% else %}n{% endif %}', 'n'],
    ['{% if a != b %}y{% endif %}', 'y', { a: 1, b: '1' }],
    ['{% unless a %}n{% else %}y{% endunless %}', 'y', { a: true }],
    ['{% if 1 < 2 and "a" != "b" %}y{% endif %}', 'y'],
    ['{% if 7.0 == 7 %}y{% endif %}', 'y'],
  ],
  'tag ifchanged': [
    ['{% for a in b %}{% ifchanged %}{{ a }}{% endifchanged %}{% endfor %}', '121', { b: [1, 1, 2, 2, 1] }],
    ['{% ifchanged %}x{% endifchanged %}{% ifchanged %}x{% endifchanged %}', 'x'],
  ],
  'tag inline comment': [
    ['a{% # b %}c', 'ac'],
    ['{% liquid\n # b\n echo "c"\n%}', 'c'],
  ],
  'tag liquid': [
    ['{% liquid\n assign a = 1\n if a == 1\n echo "y"\n endif\n%}', 'y'],
    ['{% liquid\n for i in (1..3)\n echo i\n endfor\n%}', '123'],
  ],
  'tag raw': [
    ['{% raw %}{{ a }}{% if %}{% endraw %}', '{{ a }}{% if %}'],
    ['a {%- raw -%} b {%- endraw -%} c', 'abc'],
  ],
  'tag tablerow': [
    [
      '{% tablerow a in b cols: 2 %}{{ a }}{% endtablerow %}',
      '<tr class="row1">\n<td class="col1">1</td><td class="col2">2</td></tr>\n<tr class="row2"><td class="col1">3</td></tr>\n',
      { b: [1, 2, 3] },
    ],
    [
      '{% tablerow a in b %}{{ tablerowloop.col }}{{ tablerowloop.last }}{% endtablerow %}',
      '<tr class="row1">\n<td class="col1">1false</td><td class="col2">2true</td></tr>\n',
      { b: [1, 2] },
    ],
    [
      '{% tablerow a in b limit: 1 offset: 1 %}{{ a }}{% endtablerow %}',
      '<tr class="row1">\n<td class="col1">2</td></tr>\n',
      { b: [1, 2, 3] },
    ],
    ['{% tablerow a in nope %}{{ a }}{% endtablerow %}', ''],
  ],
  'whitespace control': [
    ['a {{- b -}} c', 'axc', { b: 'x' }],
    ['a {%- if true -%} b {%- endif -%} c', 'abc'],
    ['\n{%- assign a = 1 %}\n{{ a }}', '\n1'],
  ],
  'output and identifiers': [
    ['{{ a.b.c }} {{ a["b"].c }} {{ a.b["c"] }}', 'd d d', { a: { b: { c: 'd' } } }],
    ['{{ a[0] }} {{ a[-1] }} {{ a.first }} {{ a.last }} {{ a.size }}', 'x z x z 3', { a: ['x', 'y', 'z'] }],
    ['{{ a[b] }}', 'y', { a: { x: 'y' }, b: 'x' }],
    ['[{{ nope }}{{ a.nope.deeper }}{{ nil }}]', '[]', { a: {} }],
    ['{{ "a" }}{{ 1 }}{{ 1.5 }}{{ true }}{{ -2 }}', 'a11.5true-2'],
    ['{{ 7.0 }}', '7.0'],
    ['{{ (1..3) | join: "-" }}', '1-2-3'],
    ['{{ a.size }}', '2', { a: '👍b' }],
    ['{{ a | default: b | upcase }}', 'Y', { b: 'y' }],
  ],
  'filter abs, ceil, floor, round': [
    ['{{ -17 | abs }} {{ 4.5 | abs }} {{ "-1.5" | abs }} {{ nope | abs }}', '17 4.5 1.5 0'],
    ['{{ -17.0 | abs }}', '17.0'],
    ['{{ 1.2 | ceil }} {{ "1.2" | ceil }} {{ -1.2 | ceil }} {{ 5 | ceil }}', '2 2 -1 5'],
    ['{{ 1.8 | floor }} {{ -1.2 | floor }} {{ "x" | floor }}', '1 -2 0'],
    ['{{ 1.5 | round }} {{ 2.5 | round }} {{ -1.5 | round }} {{ 1.256 | round: 2 }}', '2 3 -2 1.26'],
    ['{{ 5.0 | round: 1 }} {{ "5.666" | round: 1 }}', '5.0 5.7'],
  ],
  'filter plus, minus, times, divided_by, modulo': [
    ['{{ 1 | plus: 2 }} {{ "1" | plus: "2" }} {{ 1 | plus: 1.5 }} {{ "x" | plus: 1 }}', '3 3 2.5 1'],
    ['{{ 0.1 | plus: 0.2 }}', '0.3'],
    ['{{ 5 | minus: 3 }} {{ 5.5 | minus: 0.5 }}', '2 5.0'],
    ['{{ 3 | times: 4 }} {{ 1.1 | times: 3 }} {{ "2" | times: "2.5" }}', '12 3.3 5.0'],
    [
      '{{ 5 | divided_by: 3 }} {{ -5 | divided_by: 3 }} {{ 5 | divided_by: 2.0 }} {{ "7" | divided_by: "2" }}',
      '1 -2 2.5 3',
    ],
    ['{{ 5 | divided_by: 0 }}', null],
    ['{{ 7 | modulo: 3 }} {{ -7 | modulo: 3 }} {{ 7.5 | modulo: 2 }}', '1 2 1.5'],
    ['{{ 5 | modulo: 0 }}', null],
  ],
  'filter at_least, at_most': [
    ['{{ 4 | at_least: 5 }} {{ 4 | at_least: 3 }} {{ "4" | at_least: 4.5 }}', '5 4 4.5'],
    ['{{ 4 | at_most: 5 }} {{ 4 | at_most: 3 }} {{ nope | at_most: 3 }}', '4 3 0'],
  ],
  'filter append, prepend, capitalize, downcase, upcase': [
    ['{{ "a" | append: "b" }} {{ "a" | prepend: "b" }} {{ 1 | append: 2 }}', 'ab ba 12'],
    ['{{ "hELLO wORLD" | capitalize }} {{ "ABC" | downcase }} {{ "äbc" | upcase }}', 'Hello world abc ÄBC'],
    ['[{{ nope | append: "b" }}{{ nope | upcase }}]', '[b]'],
    ['{{ "a" | append }}', null],
  ],
  'filter strip, lstrip, rstrip, strip_html, strip_newlines, newline_to_br': [
    ['[{{ " a " | strip }}{{ " a " | lstrip }}{{ " a " | rstrip }}]', '[aa  a]'],
    ['{{ "<b>a</b><script>x</script>" | strip_html }}', 'a'],
    ['{{ a | strip_newlines }}', 'xy', { a: 'x\n\r\ny' }],
    ['{{ a | newline_to_br }}', 'x<br />\ny', { a: 'x\ny' }],
  ],
  'filter remove, replace': [
    ['{{ "abab" | remove: "b" }} {{ "abab" | remove_first: "b" }} {{ "abab" | remove_last: "b" }}', 'aa aab aba'],
    [
      '{{ "abab" | replace: "b", "c" }} {{ "abab" | replace_first: "b", "c" }} {{ "abab" | replace_last: "b", "c" }}',
      'acac acab abac',
    ],
    ['{{ "abab" | replace: "b" }}', 'aa'],
  ],
  'filter split, join': [
    ['{{ "a,b,c" | split: "," | join: "-" }}', 'a-b-c'],
    ['{{ "a b  c" | split: " " | join: "-" }}', 'a-b-c'],
    ['{{ "abc" | split: "" | join: "-" }}', 'a-b-c'],
    ['{{ "a,b,," | split: "," | size }}', '2'],
    ['[{{ nope | split: "," }}]', '[]'],
    ['{{ "a,b" | split: "," }}', 'ab'],
    ['{{ a | join }} {{ a | join: ", " }}', '1 2 1, 2', { a: [1, 2] }],
    ['[{{ nope | join: "," }}]', '[]'],
    ['{{ a | join: "-" }}', '1-2-3', { a: [1, [2, 3]] }],
  ],
  'filter slice, truncate, truncatewords': [
    ['{{ "hello" | slice: 1 }} {{ "hello" | slice: 1, 3 }} {{ "hello" | slice: -3, 2 }}', 'e ell ll'],
    ['{{ a | slice: 1, 2 | join: "," }}', '2,3', { a: [1, 2, 3] }],
    [
      '{{ "Ground control" | truncate: 10 }} {{ "Ground control" | truncate: 10, "" }} {{ "abc" | truncate: 5 }}',
      'Ground ... Ground con abc',
    ],
    ['{{ "a b c d" | truncatewords: 2 }} {{ "a b c d" | truncatewords: 2, "-" }}', 'a b... a b-'],
    ['{{ "a b" | truncatewords: 2 }}', 'a b'],
    ['[{{ nope | slice: 1 }}{{ nope | truncate: 2 }}]', '[]'],
  ],
  'filter size, first, last': [
    ['{{ "abc" | size }} {{ a | size }} {{ nope | size }} {{ "👍" | size }}', '3 2 0 1', { a: [1, 2] }],
    ['{{ a | first }} {{ a | last }} [{{ nope | first }}{{ b | last }}]', 'x y []', { a: ['x', 'y'], b: [] }],
    ['{{ a | size }}', '2', { a: { x: 1, y: 2 } }],
  ],
  'filter reverse, sort, sort_natural, uniq, compact, concat, map': [
    ['{{ a | reverse | join: "" }}', '321', { a: [1, 2, 3] }],
    [
      '{{ a | sort | join: "" }} {{ a | sort_natural | join: "" }}',
      'BDac acBD'.replace('acBD', 'aBcD'),
      { a: ['c', 'a', 'D', 'B'] },
    ],
    ['{{ a | sort: "age" | map: "name" | join: "," }}', 'Ada,Bob,Eve', { a: people }],
    ['{{ a | uniq | join: "" }}', '123', { a: [1, 2, 2, 3, 1] }],
    [
      '{{ a | uniq: "k" | map: "v" | join: "" }}',
      '13',
      {
        a: [
          { k: 1, v: 1 },
          { k: 1, v: 2 },
          { k: 2, v: 3 },
        ],
      },
    ],
    ['{{ a | compact | join: "," }}', '1,2', { a: [1, null, 2] }],
    ['{{ a | compact: "age" | map: "name" | join: "," }}', 'Ada,Bob', { a: people }],
    ['{{ a | concat: b | join: "" }}', '1234', { a: [1, 2], b: [3, 4] }],
    ['{{ a | map: "name" | join: "," }}', 'Ada,Bob,Eve', { a: people }],
    ['[{{ nope | sort }}{{ nope | reverse }}{{ nope | uniq }}{{ nope | compact }}{{ nope | map: "x" }}]', '[]'],
    ['{{ a | sort }} {{ a | reverse }}', '123 213', { a: [3, 1, 2] }],
  ],
  'filter where, reject, has, find, find_index, sum': [
    ['{{ a | where: "vip" | map: "name" | join: "," }}', 'Ada', { a: people }],
    ['{{ a | where: "vip", false | map: "name" | join: "," }}', 'Bob', { a: people }],
    ['{{ a | where: "name", "Eve" | map: "name" | join: "," }}', 'Eve', { a: people }],
    ['{{ a | reject: "vip" | map: "name" | join: "," }}', 'Bob,Eve', { a: people }],
    ['{{ a | reject: "name", "Bob" | map: "name" | join: "," }}', 'Ada,Eve', { a: people }],
    [
      '{{ a | has: "name", "Bob" }} {{ a | has: "name", "Zed" }} {{ a | has: "vip" }}',
      'true false true',
      { a: people },
    ],
    ['{% assign b = a | find: "name", "Bob" %}{{ b.age }}', '41', { a: people }],
    [
      '[{{ a | find: "name", "Zed" }}{{ a | find_index: "name", "Zed" }}] {{ a | find_index: "name", "Bob" }}',
      '[] 1',
      { a: people },
    ],
    [
      '{{ a | sum }} {{ b | sum: "n" }} {{ c | sum }}',
      '6 3 0.3',
      { a: [1, 2, 3], b: [{ n: 1 }, { n: 2 }, {}], c: [0.1, 0.2] },
    ],
    ['{{ a | sum }}', '6', { a: [1, [2, [3]]] }],
    [
      '[{{ nope | where: "x" }}{{ nope | reject: "x" }}{{ nope | find: "x" }}] {{ nope | has: "x" }} {{ nope | sum }}',
      '[] false 0',
    ],
    ['{{ a | where: "x" | map: "x" | join: "" }}', '1', { a: { x: 1 } }],
    ['{{ a | where: "b" | join: "," }}', 'abc,b', { a: ['abc', 'x', 'b'] }],
    ['{{ a | where: "x" }}', null, { a: [1, 2] }],
  ],
  'filter default': [
    [
      '{{ nope | default: "x" }}{{ "" | default: "y" }}{{ false | default: "z" }}{{ a | default: "w" }}',
      'xyzw',
      { a: [] },
    ],
    ['{{ false | default: "x", allow_false: true }} {{ 0 | default: 1 }}', 'false 0'],
  ],
  'filter escape, escape_once, url_encode, url_decode': [
    ['{{ a | escape }}', '&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;', { a: `<b> & "c" 'd'` }],
    ['{{ "1 &lt; 2 & 3" | escape_once }}', '1 &lt; 2 &amp; 3'],
    ['{{ "a b&c/é" | url_encode }} {{ "a+b%26c" | url_decode }}', 'a+b%26c%2F%C3%A9 a b&c'],
  ],
  'filter base64': [
    ['{{ "abc?~é" | base64_encode }}', 'YWJjP37DqQ=='],
    ['{{ "YWJjP37DqQ==" | base64_decode }}', 'abc?~é'],
    ['{{ "a?>~" | base64_url_safe_encode }} {{ "YT8-fg==" | base64_url_safe_decode }}', 'YT8-fg== a?>~'],
    ['{{ "%%" | base64_decode }}', null],
  ],
  'filter date': [
    ['{{ "2026-05-17" | date: "%d.%m.%Y" }}', '17.05.2026'],
    ['{{ "May 17, 2026 14:05" | date: "%I:%M %p" }}', '02:05 PM'],
    ['{{ 1152098955 | date: "%Y" }} {{ "1152098955" | date: "%Y" }}', '2006 2006'],
    ['[{{ nope | date: "%Y" }}] {{ "soon" | date: "%Y" }}', '[] soon'],
  ],
  'syntax errors': [
    ['{{ a | nope }}', null],
    ['{% nope %}', null],
    ['{% if a %}', null],
    ['{{ a', null],
    ['{% endif %}', null],
  ],
}

export const cases: readonly Case[] = Object.entries(sections).flatMap(([section, rows]) =>
  rows.map(([template, want, data]) =>
    data === undefined ? { section, template, want } : { section, template, want, data },
  ),
)
