import { Button, Group, Modal, Select, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { FieldView } from '#shared/api/fields'
import { fieldTypeWords } from '#shared/rules/coerce'
import { type FieldType, fieldTypes } from '#shared/rules/field-types'
import { attributeName } from '#shared/values/names'
import { fieldsKey, leadData, useFields } from '../api'
import { Refusal, toast } from '../ui'

const types = fieldTypes.map(value => ({ value, label: fieldTypeWords[value].label }))

/** Makes a field, or changes one. A field keeps its name for ever: campaigns and templates know it by that. */
export function FieldDialog({ field, onClose }: { field: FieldView | null; onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title={field === null ? 'Add a lead field' : `Field ${field.name}`}>
      <FieldForm field={field} onClose={onClose} />
    </Modal>
  )
}

function FieldForm({ field, onClose }: { field: FieldView | null; onClose: () => void }) {
  const [name, setName] = useState(field?.name ?? '')
  const [type, setType] = useState<FieldType>(field?.type ?? 'string')
  const [label, setLabel] = useState(field?.label ?? '')
  const [description, setDescription] = useState(field?.description ?? '')
  const [asked, setAsked] = useState(false)
  const known = useFields().data?.fields ?? []
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: () => leadData.putField(name, { type, label: label.trim(), description: description.trim() }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: fieldsKey })
      toast.done('The field is saved')
      onClose()
    },
  })
  const fault = attributeName.test(name)
    ? field === null && known.some(f => f.name === name)
      ? 'There is a field of this name already.'
      : undefined
    : name === ''
      ? 'Name this field.'
      : 'Letters, digits and underscores; no digit first.'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setAsked(true)
    if (fault === undefined) save.mutate()
  }
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {field === null && (
          <TextInput
            label="Name"
            description="As templates and conditions write it: lead.visits. It cannot be changed later."
            placeholder="visits"
            data-autofocus
            maxLength={100}
            value={name}
            error={asked ? fault : undefined}
            onChange={event => setName(event.currentTarget.value)}
          />
        )}
        <Select
          label="Type"
          description={fieldTypeWords[type].takes}
          data={types}
          allowDeselect={false}
          value={type}
          onChange={next => next !== null && setType(next as FieldType)}
        />
        <TextInput
          label="Label"
          description="What people read."
          maxLength={120}
          value={label}
          onChange={event => setLabel(event.currentTarget.value)}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          maxRows={5}
          maxLength={500}
          value={description}
          onChange={event => setDescription(event.currentTarget.value)}
        />
      </Stack>
      {field !== null && type !== field.type && (
        <p role="status">Values that leads have already stay as they are; new ones must be of this type.</p>
      )}
      <Refusal what="The field was not saved." error={save.error} />
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button type="submit" loading={save.isPending}>
          Save the field
        </Button>
      </Group>
    </form>
  )
}
