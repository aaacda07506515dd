// Before the first paint: the theme that was chosen (Mantine keeps it under this key), else the system's. A file of its own, because the
// content security policy allows no inline script.
const chosen = localStorage.getItem('mantine-color-scheme-value')
const systemIsDark = matchMedia('(prefers-color-scheme: dark)').matches
const isDark = chosen === 'dark' || (chosen !== 'light' && systemIsDark)
document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light')
