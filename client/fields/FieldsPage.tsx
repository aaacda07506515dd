import { ActionIcon, Badge, Button, Switch } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Pencil, Plus, RotateCcw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import type { FieldsView, FieldView } from '#shared/api/fields'
import { fieldTypeWords } from '#shared/rules/coerce'
import { visible } from '#shared/values/visible'
import { fieldsKey, leadData, useFields } from '../api'
import { Confirm, Loaded, Mono, PageHeader, Refusal, toast, useTitle } from '../ui'
import { FieldDialog } from './FieldDialog'
import styles from './fields.module.css'

/** Lead fields: their names, types and meanings, and whether leads may have attributes besides. */
export function FieldsPage() {
  useTitle('Lead fields')
  const query = useFields()
  const [editing, setEditing] = useState<FieldView | 'new' | null>(null)
  return (
    <>
      <PageHeader
        back={
          <Link to="/leads" className="hl-link">
            Leads
          </Link>
        }
        title="Lead fields"
        actions={
          <Button leftSection={<Plus size={16} />} onClick={() => setEditing('new')}>
            Add a field
          </Button>
        }
      />
      <Loaded query={query} what="the fields" rows={8}>
        {view => (
          <div className={styles.body}>
            <OnlyKnown view={view} />
            <FieldTable fields={view.fields} onEdit={setEditing} />
          </div>
        )}
      </Loaded>
      {editing !== null && <FieldDialog field={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </>
  )
}

function OnlyKnown({ view }: { view: FieldsView }) {
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: leadData.setOnlyKnown,
    onSuccess: saved => client.setQueryData(fieldsKey, saved),
  })
  return (
    <div className={styles.rule}>
      <Switch
        label="Reject unknown fields"
        description="On: a value for an attribute that is not in this list is refused, with its name. Off: other attributes hold any value."
        checked={view.onlyKnown}
        disabled={save.isPending}
        onChange={event => save.mutate(event.currentTarget.checked)}
      />
      <Refusal what="The setting was not saved." error={save.error} />
    </div>
  )
}

function FieldTable({ fields, onEdit }: { fields: readonly FieldView[]; onEdit: (field: FieldView) => void }) {
  const [deleting, setDeleting] = useState<FieldView | null>(null)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label="Lead fields">
      <table className="hl-table">
        <thead>
          <tr>
            <th>Field</th>
            <th>Name</th>
            <th>Type</th>
            <th>Description</th>
            <th className={styles.acts} aria-label="Actions" />
          </tr>
        </thead>
        <tbody>
          {fields.map(field => (
            <tr key={field.name}>
              <td className={styles.label}>
                {visible(field.label || field.name)}
                {field.builtIn && (
                  <Badge variant="default" size="sm" ml={8} tt="none" fw={500}>
                    {field.stored ? 'Built in, changed' : 'Built in'}
                  </Badge>
                )}
              </td>
              <td>
                <Mono value={field.name} />
              </td>
              <td title={fieldTypeWords[field.type].takes}>{fieldTypeWords[field.type].label}</td>
              <td className={styles.description} title={field.description}>
                {field.description}
              </td>
              <td className={styles.acts}>
                <ActionIcon aria-label={`Edit ${field.name}`} size={28} onClick={() => onEdit(field)}>
                  <Pencil size={14} />
                </ActionIcon>
                {field.stored && (
                  <ActionIcon
                    aria-label={field.builtIn ? `Reset ${field.name}` : `Delete ${field.name}`}
                    size={28}
                    onClick={() => setDeleting(field)}
                  >
                    {field.builtIn ? <RotateCcw size={14} /> : <Trash2 size={14} />}
                  </ActionIcon>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {deleting !== null && <DeleteField field={deleting} onClose={() => setDeleting(null)} />}
    </section>
  )
}

function DeleteField({ field: { name, builtIn }, onClose }: { field: FieldView; onClose: () => void }) {
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => leadData.deleteField(name),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: fieldsKey })
      toast.done(builtIn ? 'The field is as it was' : 'The field is deleted')
      onClose()
    },
  })
  return (
    <Confirm
      opened
      title={builtIn ? `Reset ${name}?` : `Delete the field ${name}?`}
      act={builtIn ? 'Reset the field' : 'Delete the field'}
      refused="The field was not changed."
      busy={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
      onClose={onClose}
    >
      {builtIn
        ? 'Its type and its words are those that it came with again.'
        : 'Values stay on their leads; from now on the attribute takes any value.'}
    </Confirm>
  )
}
