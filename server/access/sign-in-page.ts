// The one page that everybody may open. Made on the server, without a script, so that it needs nothing of the screens.

/** `to`: where it leads back to, an address of ours. `says`: what was wrong before. */
export function signInPage({ to, says = '' }: { readonly to: string; readonly says?: string }): string {
  const wrong = says === '' ? '' : ' aria-invalid="true" aria-describedby="says"'
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sign in · Hookline</title>
<link rel="icon" href="/favicon.svg" type="image/svg+xml">
<style>${style}</style>
<script src="/scheme.js"></script>
</head>
<body>
<main>
<h1>Sign in to Hookline</h1>
<form method="post" action="/sign-in">
<input type="hidden" name="to" value="${html(to)}">
<input type="text" name="username" value="hookline" autocomplete="username" hidden>
<label for="token">Access token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus spellcheck="false"${wrong}>
${says === '' ? '' : `<p id="says" class="says" role="alert">${html(says)}</p>`}
<p class="hint">Whoever runs this Hookline has it: it is the value of HOOKLINE_ACCESS_TOKEN.</p>
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>`
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** The tokens of client/tokens.css that one form needs. */
const style = `
:root{color-scheme:light;--ink:#1d1b18;--muted:#5d5951;--line:#918b80;--surface:#fbfaf7;--raised:#fff;--accent:#3340bd;--on-accent:#fff;--failed:#b0251d}
[data-mantine-color-scheme="dark"]{color-scheme:dark;--ink:#ece8e0;--muted:#a9a399;--line:#7f796f;--surface:#1a1917;--raised:#23211e;--accent:#9ba5fb;--on-accent:#14131f;--failed:#f69087}
@media(prefers-color-scheme:dark){:root:not([data-mantine-color-scheme]){color-scheme:dark;--ink:#ece8e0;--muted:#a9a399;--line:#7f796f;--surface:#1a1917;--raised:#23211e;--accent:#9ba5fb;--on-accent:#14131f;--failed:#f69087}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--surface);color:var(--ink);font:14px/1.5 "Inter Variable",system-ui,sans-serif}
main{width:100%;max-width:360px}
h1{font-size:20px;line-height:1.3;font-weight:600;margin:0 0 24px}
label{display:block;font-size:13px;font-weight:500;margin-bottom:4px}
input[type=password]{width:100%;height:32px;padding:0 10px;border:1px solid var(--line);border-radius:6px;background:var(--raised);color:var(--ink);font:14px "JetBrains Mono Variable",ui-monospace,monospace}
input[aria-invalid]{border-color:var(--failed)}
input:focus-visible,button:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
p{margin:4px 0 0;font-size:13px}
.hint{color:var(--muted)}
.says{color:var(--failed)}
button{margin-top:16px;height:32px;padding:0 16px;border:0;border-radius:6px;background:var(--accent);color:var(--on-accent);font:600 14px "Inter Variable",system-ui,sans-serif;cursor:pointer}
@media(pointer:coarse){input[type=password],button{height:44px}}
`
