import { ActionIcon } from '@mantine/core'
import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { copyText } from './copy'
import { toast } from './toast'

const SHOWN_MS = 1_500

/** Copies `text`; `what` names it for a screen reader: `Copy the address`. */
export function CopyButton({ text, what, size = 24 }: { text: string; what: string; size?: number }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const back = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(back)
  }, [copied])

  const copy = async () => {
    const done = await copyText(text)
    setCopied(done)
    if (!done) toast.failed('Not copied', 'The browser does not allow it here. Select the text and copy it by hand.')
  }
  return (
    <ActionIcon size={size} aria-label={copied ? 'Copied' : `Copy ${what}`} onClick={copy}>
      {copied ? <Check size={14} color="var(--hl-succeeded)" /> : <Copy size={14} />}
    </ActionIcon>
  )
}
