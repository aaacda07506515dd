import { Button, Group, Progress, Select, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { api, type ImportMapping, isAbort, useLists } from '../../api'
import { Refusal, sayPercent } from '../../ui'
import { Mono } from '../../ui/Mono'
import styles from './import.module.css'
import { type Column, columnFault, guessColumns, retarget, type Target, toMapping } from './mapping'
import type { CsvPreview } from './read-csv'

const targets: { value: Target; label: string }[] = [
  { value: 'id', label: 'Lead id' },
  { value: 'zone', label: 'Time zone' },
  { value: 'attribute', label: 'Attribute' },
  { value: 'skip', label: 'Skip' },
]

interface Props {
  readonly file: File
  readonly preview: CsvPreview
  readonly onStarted: (importId: string) => void
  readonly onBack: () => void
  readonly onClose: () => void
}

/** Says what each column becomes, with values from the file beside it, and starts the import. */
export function ColumnMapping({ file, preview, onStarted, onBack, onClose }: Props) {
  const [columns, setColumns] = useState(() => guessColumns(preview.header))
  const upload = useUpload(file, onStarted)
  const [list, setList] = useState<string | null>(null)
  const lists = useLists().data ?? []
  const mapping = toMapping(columns, list)
  const hasId = columns.some(({ target }) => target === 'id')
  const leave = (then: () => void) => () => {
    upload.cancel()
    then()
  }
  return (
    <>
      <p className={styles.lead}>
        <Mono value={file.name} /> has {preview.header.length} columns. Say what each becomes.
      </p>
      <MappingTable columns={columns} preview={preview} onChange={setColumns} />
      {!hasId && (
        <p className={styles.fault} role="alert">
          No column is the lead id. Choose "Lead id" for the column that tells leads apart.
        </p>
      )}
      {lists.length > 0 && (
        <Select
          label="Also put them on a list"
          placeholder="No list"
          data={lists.map(({ id, name }) => ({ value: id, label: name }))}
          value={list}
          onChange={setList}
          clearable
          searchable
          nothingFoundMessage="No list like this."
          mt="md"
          w={320}
        />
      )}
      <Refusal what="The import did not start." error={upload.error} />
      {upload.isPending && (
        <div className={styles.upload}>
          <Progress value={upload.sent * 100} aria-label="Uploading the file" />
          <span role="status">Uploading, {sayPercent(upload.sent)}</span>
        </div>
      )}
      <Group justify="space-between" mt="lg">
        <Button variant="subtle" className={styles.back} onClick={leave(onBack)}>
          Choose another file
        </Button>
        <Group gap="xs">
          <Button variant="default" onClick={leave(onClose)}>
            Cancel
          </Button>
          <Button
            disabled={mapping === undefined}
            loading={upload.isPending}
            onClick={() => mapping !== undefined && upload.start(mapping)}
          >
            Start the import
          </Button>
        </Group>
      </Group>
    </>
  )
}

interface TableProps {
  readonly columns: readonly Column[]
  readonly preview: CsvPreview
  readonly onChange: (columns: Column[]) => void
}

function MappingTable({ columns, preview, onChange }: TableProps) {
  const rename = (index: number, attribute: string) =>
    onChange(columns.map((column, i) => (i === index ? { ...column, attribute } : column)))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.mapping} tabIndex={0} aria-label="Columns of the file">
      <table className="hl-table">
        <thead>
          <tr>
            <th className={styles.column}>Column</th>
            <th>In the file</th>
            <th className={styles.target}>Becomes</th>
            <th className={styles.attribute}>Attribute name</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a column is its place in the file
            <tr key={i} data-skipped={column.target === 'skip' || undefined}>
              <td title={column.column}>{column.column || <em>No name</em>}</td>
              <td title={valuesOf(preview, i).join('\n')} className={styles.values}>
                {valuesOf(preview, i).join(' · ')}
              </td>
              <td data-free>
                <Select
                  aria-label={`What ${column.column || `column ${i + 1}`} becomes`}
                  data={targets}
                  value={column.target}
                  allowDeselect={false}
                  disabled={column.column === ''}
                  onChange={value => {
                    const target = targets.find(known => known.value === value)
                    if (target !== undefined) onChange(retarget(columns, i, target.value))
                  }}
                />
              </td>
              <td data-free>
                {column.target === 'attribute' && (
                  <TextInput
                    aria-label={`Attribute for ${column.column}`}
                    value={column.attribute}
                    error={columnFault(columns, i)}
                    onChange={event => rename(i, event.currentTarget.value.trim())}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

/** The first values of a column that are not empty. */
function valuesOf(preview: CsvPreview, index: number): string[] {
  return preview.rows.map(row => row[index] ?? '').filter(value => value !== '')
}

/** The upload: its share that was sent, and how to stop it. */
function useUpload(file: File, onStarted: (importId: string) => void) {
  const [sent, setSent] = useState(0)
  const abort = useRef<AbortController>(undefined)
  const { mutate, isPending, error } = useMutation({
    mutationFn: (mapping: ImportMapping) => {
      abort.current = new AbortController()
      return api.importLeads(file, mapping, { signal: abort.current.signal, onSent: setSent })
    },
    onSuccess: started => onStarted(started.id),
  })
  return {
    sent,
    isPending,
    error: isAbort(error) ? null : error,
    start: mutate,
    cancel: () => abort.current?.abort(),
  }
}
