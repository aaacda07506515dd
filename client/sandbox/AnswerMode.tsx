import { Button, JsonInput, NumberInput, SegmentedControl } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { SandboxSettings, SandboxView } from '#shared/api'
import { api, keys } from '../api'
import { toast } from '../ui'
import styles from './sandbox.module.css'

type Mode = SandboxSettings['answer']

const modes: { value: Mode; label: string; says: string }[] = [
  { value: '200', label: '200', says: 'Every call succeeds.' },
  { value: '404', label: '404', says: 'Every call fails for good: 404 is not tried again.' },
  { value: '429', label: '429', says: 'Too many requests: the caller waits and tries again.' },
  { value: '503', label: '503', says: 'Out of order: the caller tries again later.' },
  { value: 'slow', label: 'Slow', says: 'Answers 200 after a wait.' },
  { value: 'json', label: 'JSON body', says: 'Answers 200 with this JSON, for response mapping.' },
]

/** Tells the receiver how to answer, from the next call on. */
export function AnswerMode({ settings }: { settings: SandboxSettings }) {
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: api.setSandbox,
    onMutate: next => queries.setQueryData<SandboxView>(keys.sandbox, view => view && { ...view, settings: next }),
    onSuccess: ({ settings: saved }) =>
      queries.setQueryData<SandboxView>(keys.sandbox, view => view && { ...view, settings: saved }),
    onError: error => {
      void queries.invalidateQueries({ queryKey: keys.sandbox })
      toast.refused('The answer was not changed', error)
    },
  })
  const mode = modes.find(({ value }) => value === settings.answer)
  return (
    <section className={styles.answer} aria-label="How it answers">
      <div className={styles.answerRow}>
        <span className={styles.label} id="answers-with">
          Answers with
        </span>
        <div className={styles.modes}>
          <SegmentedControl
            aria-labelledby="answers-with"
            data={modes.map(({ value, label }) => ({ value, label }))}
            value={settings.answer}
            onChange={value => {
              const chosen = modes.find(known => known.value === value)
              if (chosen !== undefined) save.mutate({ ...settings, answer: chosen.value })
            }}
          />
        </div>
        <span className={styles.says} role="status">
          {mode?.says}
        </span>
      </div>
      {settings.answer === 'slow' && <SlowForm settings={settings} onSave={save.mutate} />}
      {settings.answer === 'json' && <JsonForm settings={settings} onSave={save.mutate} />}
    </section>
  )
}

interface FormProps {
  readonly settings: SandboxSettings
  readonly onSave: (settings: SandboxSettings) => void
}

function SlowForm({ settings, onSave }: FormProps) {
  const [seconds, setSeconds] = useState<number | string>(settings.slowMs / 1000)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (typeof seconds === 'number') onSave({ ...settings, slowMs: Math.round(seconds * 1000) })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <NumberInput label="Wait, in seconds" min={0} max={60} step={1} w={160} value={seconds} onChange={setSeconds} />
      <Button type="submit" variant="default" disabled={seconds === settings.slowMs / 1000 || seconds === ''}>
        Apply
      </Button>
    </form>
  )
}

function JsonForm({ settings, onSave }: FormProps) {
  const [text, setText] = useState(settings.json)
  const isSound = isJson(text)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isSound) onSave({ ...settings, json: text })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <JsonInput
        className={styles.json ?? ''}
        label="Body"
        autosize
        minRows={1}
        maxRows={8}
        maxLength={10_000}
        value={text}
        onChange={setText}
        error={isSound ? undefined : 'This is not JSON.'}
        classNames={{ input: styles.code ?? '' }}
      />
      <Button type="submit" variant="default" disabled={text === settings.json || !isSound}>
        Apply
      </Button>
    </form>
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
