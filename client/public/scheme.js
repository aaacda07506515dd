// Before the first paint: the theme that was chosen (Mantine keeps it under this key), else the system's, which may change while one reads. A file of
// its own, because the content security policy allows no inline script.
const system = matchMedia('(prefers-color-scheme: dark)')

function apply() {
  const chosen = localStorage.getItem('mantine-color-scheme-value')
  const isDark = chosen === 'dark' || (chosen !== 'light' && system.matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', isDark ? 'dark' : 'light')
}

apply()
system.addEventListener('change', apply)
