import { Tooltip } from '@mantine/core'
import { Link, Outlet } from '@tanstack/react-router'
import {
  Activity,
  BookOpen,
  Inbox,
  ListChecks,
  type LucideIcon,
  Megaphone,
  Settings,
  Users,
  Webhook,
  Workflow,
} from 'lucide-react'
import styles from './Frame.module.css'
import { ThemeSwitch } from './ThemeSwitch'

const screens: readonly {
  to: '/' | '/leads' | '/lists' | '/webhooks' | '/subscriptions' | '/activity' | '/sandbox' | '/settings'
  word: string
  icon: LucideIcon
  also: readonly string[]
}[] = [
  { to: '/', word: 'Campaigns', icon: Workflow, also: ['/campaigns'] },
  { to: '/leads', word: 'Leads', icon: Users, also: ['/journeys', '/fields'] },
  { to: '/lists', word: 'Lists', icon: ListChecks, also: [] },
  { to: '/webhooks', word: 'Webhooks', icon: Webhook, also: [] },
  { to: '/subscriptions', word: 'Subscriptions', icon: Megaphone, also: [] },
  { to: '/activity', word: 'Activity', icon: Activity, also: [] },
  { to: '/sandbox', word: 'Sandbox', icon: Inbox, also: [] },
  { to: '/settings', word: 'Settings', icon: Settings, also: ['/hosts'] },
]

/** The frame of every screen: the rail at the left (at the bottom on a phone), the page at the right. */
export function Frame({ path }: { path: string }) {
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#page">
        Skip to the page
      </a>
      <nav className={styles.rail} aria-label="Main">
        <Mark />
        {screens.map(({ to, word, icon: Icon, also }) => (
          <Tooltip key={to} label={word} position="right">
            <Link
              to={to}
              className={styles.entry}
              aria-label={word}
              data-here={isHere(path, to, also) || undefined}
              {...(isHere(path, to, also) ? { 'aria-current': 'page' as const } : {})}
            >
              <Icon size={20} strokeWidth={1.75} aria-hidden />
            </Link>
          </Tooltip>
        ))}
        <Tooltip label="API docs" position="right">
          <a className={styles.entry} href="/api/docs" target="_blank" rel="noreferrer" aria-label="API docs (new tab)">
            <BookOpen size={20} strokeWidth={1.75} aria-hidden />
          </a>
        </Tooltip>
        <div className={styles.foot}>
          <ThemeSwitch />
        </div>
      </nav>
      <main className={styles.page} id="page" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}

function isHere(path: string, to: string, also: readonly string[]): boolean {
  return path === to || [...(to === '/' ? [] : [to]), ...also].some(start => path.startsWith(`${start}/`))
}

/** The mark: a line, a hook, a point where it is held. */
function Mark() {
  return (
    <svg className={styles.mark} viewBox="0 0 32 32" width={28} height={28} aria-hidden="true">
      <path d="M20 11v7.5a6 6 0 0 1-12 0V16l3.2 3" />
      <circle cx="20" cy="8" r="2.6" />
    </svg>
  )
}
