import { Modal, UnstyledButton } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { caller } from '#shared/graph/library'
import { type Template, templates } from '#shared/rules/templates/index'
import { webhookSchema } from '#shared/rules/webhook'
import { library, libraryKeys } from '../api/library'
import { Refusal } from '../ui'
import styles from './webhooks.module.css'

const blank: Pick<Template, 'id' | 'title' | 'about'> = {
  id: '',
  title: 'Blank',
  about: 'An empty request, to be filled in.',
}
const groups = [...new Set(templates.map(t => t.group))]

/** The gallery: a new library webhook begins as one of these, and is opened at once. */
export function NewWebhook({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const add = useMutation({
    mutationFn: ({ id, title }: Pick<Template, 'id' | 'title'>) => {
      const chosen = templates.find(t => t.id === id)
      return library.addWebhook({
        name: chosen === undefined ? 'New webhook' : title,
        description: chosen?.about ?? '',
        definition: chosen?.webhook ?? webhookSchema.parse(caller.fresh),
      })
    },
    onSuccess: ({ id }) => {
      void queries.invalidateQueries({ queryKey: libraryKeys.webhooks })
      void navigate({ to: '/webhooks/$id', params: { id } })
    },
  })
  const card = (template: typeof blank) => (
    <li key={template.id}>
      <UnstyledButton className={styles.template} disabled={add.isPending} onClick={() => add.mutate(template)}>
        <strong>{template.title}</strong>
        <span>{template.about}</span>
      </UnstyledButton>
    </li>
  )
  return (
    <Modal opened={opened} onClose={onClose} title="New webhook" size={840}>
      <Refusal what="The webhook was not added." error={add.error} />
      <ul className={styles.gallery}>{card(blank)}</ul>
      {groups.map(group => (
        <section key={group}>
          <h2 className={styles.group}>{group}</h2>
          <ul className={styles.gallery}>{templates.filter(t => t.group === group).map(card)}</ul>
        </section>
      ))}
    </Modal>
  )
}
