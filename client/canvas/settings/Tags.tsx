import { TagsField } from '../../forms/fields/tags'
import styles from '../editor.module.css'
import type { Part } from './part'

/** What the campaign is about. */
export function Tags({ settings: { tags }, set }: Part) {
  return (
    <fieldset className={styles.setting} data-path="settings.tags">
      <TagsField
        label="Tags"
        help="What this campaign is about. Caps may count the campaigns of a tag; promo covers promo/spring."
        value={tags}
        onChange={next => set({ tags: next })}
        path="settings.tags"
      />
    </fieldset>
  )
}
