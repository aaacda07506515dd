import { useEffect } from 'react'

/** Names the browser tab: `Leads · Hookline`. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? 'Hookline' : `${title} · Hookline`
  }, [title])
}
