// Finds a Chromium for the browser tests, or installs the distribution's own package. Nothing is ever downloaded from anywhere else.
// `node test/chromium.mjs` prints the path, or nothing.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const places = [
  '/usr/bin',
  '/usr/local/bin',
  '/opt/google/chrome',
  '/snap/bin',
  '/Applications/Chromium.app/Contents/MacOS',
  '/Applications/Google Chrome.app/Contents/MacOS',
]
const packages = ['chromium', 'fonts-liberation']

/** The path of a browser that is on this machine; undefined when there is none. CHROMIUM_PATH goes before all. */
export function findChromium() {
  const given = process.env.CHROMIUM_PATH
  if (given) return isProgram(given) ? given : undefined
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...places]
  const candidates = folders.flatMap(folder => [...names, 'Chromium', 'Google Chrome'].map(name => join(folder, name)))
  return candidates.find(isProgram)
}

/** Finds a browser, else installs Debian's or Ubuntu's when this user may. Its progress goes to stderr. Undefined when there is none to be had. */
export function ensureChromium() {
  return findChromium() ?? (mayInstall() && install() ? findChromium() : undefined)
}

function mayInstall() {
  return !process.env.CHROMIUM_PATH && existsSync('/usr/bin/apt-get') && (isRoot() || succeeds('sudo', ['-n', 'true']))
}

function install() {
  console.error(`No Chromium on this machine: installing ${packages.join(' and ')} with apt-get ...`)
  return (
    asRoot(['apt-get', 'update', '-qq']) &&
    asRoot(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...packages])
  )
}

function asRoot(command) {
  const words = ['env', 'DEBIAN_FRONTEND=noninteractive', ...command]
  return isRoot() ? succeeds('env', words.slice(1)) : succeeds('sudo', ['-n', ...words])
}

/** What it prints goes to our stderr: stdout carries only the path. */
function succeeds(program, args) {
  return spawnSync(program, args, { stdio: ['ignore', 2, 2] }).status === 0
}

function isRoot() {
  return process.getuid?.() === 0
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = ensureChromium()
  if (path !== undefined) console.log(path)
}
