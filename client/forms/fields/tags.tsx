import { Autocomplete, TagsInput } from '@mantine/core'
import { useState } from 'react'
import { tagSchema } from '#shared/rules/caps'
import { useTags } from '../../api'

const SHAPE = 'Words, with a slash before what lies below: promo/spring.'

/**
 * One tag, completed from those in use; any other may be typed. What is no tag (yet) stays in the box and is not passed
 * on.
 */
export function TagInput({
  label,
  value,
  onChange,
  w,
}: {
  label: string
  value: string
  onChange: (tag: string) => void
  w: number
}) {
  const tags = useTags().data ?? []
  const [typed, setTyped] = useState(value)
  const isTag = (text: string) => text === '' || tagSchema.safeParse(text).success
  const change = (text: string) => {
    setTyped(text)
    const tag = tidy(text)
    if (isTag(tag)) onChange(tag)
  }
  return (
    <Autocomplete
      aria-label={label}
      placeholder="promo"
      error={isTag(tidy(typed)) ? undefined : SHAPE}
      data={tags.map(({ tag }) => tag)}
      limit={20}
      maxLength={60}
      value={typed}
      onChange={change}
      w={w}
    />
  )
}

/** What a campaign is about: up to 20 tags, completed from those in use. */
export function TagsField({
  label,
  help,
  value,
  onChange,
  path,
}: {
  label: string
  help: string
  value: readonly string[]
  onChange: (tags: string[]) => void
  path: string
}) {
  const tags = useTags().data ?? []
  const [refused, setRefused] = useState<string | null>(null)
  const change = (typed: string[]) => {
    const tidied = [...new Set(typed.map(tidy))]
    setRefused(tidied.find(tag => !tagSchema.safeParse(tag).success) ?? null)
    onChange(tidied.filter(tag => tagSchema.safeParse(tag).success))
  }
  return (
    <TagsInput
      label={label}
      description={help}
      placeholder={value.length === 0 ? 'promo/spring' : ''}
      error={refused === null ? undefined : `"${refused}" is no tag. ${SHAPE}`}
      data-path={path}
      data={tags.map(({ tag }) => tag)}
      maxTags={20}
      maxLength={60}
      acceptValueOnBlur
      value={[...value]}
      onChange={change}
    />
  )
}

/** As somebody means it: single spaces, none around a slash, no slash at the ends. */
function tidy(text: string): string {
  return text
    .split('/')
    .map(part => part.trim().replaceAll(/\s+/g, ' '))
    .filter(part => part !== '')
    .join('/')
}
