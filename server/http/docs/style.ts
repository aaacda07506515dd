/** The look of /api/docs: the tokens of client/tokens.css that a page of text needs, and little more. */
export const docsStyle = `
:root{color-scheme:light;--ink:#1d1b18;--muted:#5d5951;--line:#e1ddd4;--surface:#fbfaf7;--raised:#fff;--accent:#3340bd;--get:#1c5cb0;--post:#226c38;--put:#87550a;--delete:#b0251d}
[data-mantine-color-scheme="dark"]{color-scheme:dark;--ink:#ece8e0;--muted:#a9a399;--line:#34312c;--surface:#1a1917;--raised:#23211e;--accent:#9ba5fb;--get:#86b6f6;--post:#7fcd92;--put:#e2b055;--delete:#f69087}
@media(prefers-color-scheme:dark){:root:not([data-mantine-color-scheme]){color-scheme:dark;--ink:#ece8e0;--muted:#a9a399;--line:#34312c;--surface:#1a1917;--raised:#23211e;--accent:#9ba5fb;--get:#86b6f6;--post:#7fcd92;--put:#e2b055;--delete:#f69087}}
*{box-sizing:border-box}
html{scroll-padding-top:24px}
body{margin:0;display:grid;grid-template-columns:304px minmax(0,1fr);background:var(--surface);color:var(--ink);font:14px/1.5 "Inter Variable",system-ui,sans-serif}
code,pre,nav li{font-family:"JetBrains Mono Variable",ui-monospace,monospace}
a{color:var(--accent);text-underline-offset:3px}
a:focus-visible,summary:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;padding:24px;border-right:1px solid var(--line);font-size:12px}
nav .home{font-size:16px;font-weight:600;color:var(--ink);text-decoration:none}
nav h2{margin:24px 0 4px;font-size:12px;font-weight:600}
nav h2 a{color:var(--muted);text-decoration:none}
nav ul{list-style:none;margin:0;padding:0}
nav li a{display:block;padding:4px 0;color:var(--ink);text-decoration:none;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
nav a:hover{text-decoration:underline}
main{padding:48px 48px 96px;max-width:880px}
header{display:flex;align-items:baseline;gap:16px;margin-bottom:24px}
h1{font-size:28px;line-height:1.2;margin:0;font-weight:600}
.version{color:var(--muted);font-variant-numeric:tabular-nums;margin-right:auto}
main>p{max-width:68ch}
section>h2{font-size:20px;font-weight:600;margin:64px 0 0}
article{padding:24px 0;border-bottom:1px solid var(--line)}
h3{font-size:14px;font-weight:500;margin:0 0 4px;display:flex;gap:8px;align-items:baseline}
h3 code{font-size:14px}
h4{font-size:12px;font-weight:600;color:var(--muted);margin:16px 0 4px}
article>p{margin:0}
pre{background:var(--raised);border:1px solid var(--line);border-radius:6px;padding:16px;overflow-x:auto;font-size:13px}
code{font-size:12px}
.method{display:inline-block;min-width:48px;font:600 12px/1.5 "JetBrains Mono Variable",ui-monospace,monospace;color:var(--muted)}
.method.get{color:var(--get)}.method.post{color:var(--post)}.method.put{color:var(--put)}.method.delete{color:var(--delete)}
.quiet{color:var(--muted);font-size:12px}
.answer p{margin:4px 0}
.done{color:var(--post)}.refused{color:var(--delete)}
.done,.refused{font-variant-numeric:tabular-nums;font-weight:600;margin-right:8px}
dl{margin:4px 0 8px;border-left:2px solid var(--line);padding-left:16px}
dl div{display:grid;grid-template-columns:200px minmax(0,1fr);gap:16px;padding:4px 0}
dt{overflow-wrap:anywhere}
dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;color:var(--muted);font-size:12px;padding:4px 0}
@media(max-width:900px){body{display:block}nav{position:static;height:auto;max-height:40vh;border-right:0;border-bottom:1px solid var(--line)}main{padding:24px}dl div{grid-template-columns:1fr;gap:0}h3{flex-wrap:wrap}}
@media print{nav{display:none}body{display:block}}
`
