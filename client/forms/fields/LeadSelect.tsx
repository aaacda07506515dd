import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import type { LeadView } from '#shared/api'
import { emailOf, nameOf } from '../../leads/lead-words'
import styles from './fields.module.css'
import { useLeadSearch } from './lookups'

interface Props {
  readonly label: string
  /** Is the label drawn, or only read out? */
  readonly isLabelShown: boolean
  readonly placeholder: string
  readonly value: LeadView | null
  readonly onChange: (lead: LeadView | null) => void
}

const TYPING_MS = 200

/**
 * One lead out of all, by the search of the list of leads: what is typed is looked for in ids, e-mail addresses and
 * names.
 */
export function LeadSelect({ label, isLabelShown, placeholder, value, onChange }: Props) {
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search.trim(), TYPING_MS)
  // What is chosen stands in the box: it is no search.
  const { leads, isLoading } = useLeadSearch(asked === value?.externalId ? '' : asked)
  const isBehind = isLoading || asked !== search.trim()
  // What an earlier search found is not offered: Enter would take somebody who was not meant.
  const found = isBehind ? [] : leads
  const known = new Map([...(value === null ? [] : [value]), ...found].map(lead => [lead.externalId, lead]))
  // Typed whole and left: it is meant.
  const takeWhatIsTyped = () => {
    const typed = search.trim().toLowerCase()
    const meant = found.filter(
      l => l.externalId.toLowerCase() === typed || emailOf(l.attributes)?.toLowerCase() === typed,
    )
    const exact = meant.find(l => l.externalId === search.trim()) ?? (meant.length === 1 ? meant[0] : undefined)
    if (value === null && typed !== '' && exact !== undefined) onChange(exact)
  }
  return (
    <Select
      {...(isLabelShown ? { label } : { 'aria-label': label })}
      placeholder={placeholder}
      data={[...known.keys()]}
      value={value?.externalId ?? null}
      onChange={id => onChange(id === null ? null : (known.get(id) ?? null))}
      searchable
      clearable
      filter={({ options }) => options}
      onSearchChange={setSearch}
      onBlur={takeWhatIsTyped}
      renderOption={({ option }) => <Found id={option.value} lead={known.get(option.value)} />}
      nothingFoundMessage={isBehind ? 'Searching…' : 'No lead has this in its id, e-mail address or name.'}
    />
  )
}

function Found({ id, lead }: { id: string; lead: LeadView | undefined }) {
  const words = lead && [nameOf(lead.attributes), emailOf(lead.attributes)].filter(w => w !== undefined && w !== id)
  return (
    <div className={styles.foundLead}>
      <span>{id}</span>
      {words !== undefined && words.length > 0 && <span className={styles.foundWords}>{words.join(', ')}</span>}
    </div>
  )
}
