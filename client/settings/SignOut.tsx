import { Button } from '@mantine/core'
import { useAccess } from '../api/access'
import styles from './settings.module.css'

/** The way out, where one has to sign in. A plain form: the server answers with the sign-in page. */
export function SignOut() {
  const { data } = useAccess()
  if (data?.token !== true) return null
  return (
    <form className={styles.form} method="post" action="/sign-out">
      <section aria-labelledby="access">
        <h2 id="access">Access</h2>
        <p>This Hookline asks everybody for its access token. Signing out ends the session of this browser alone.</p>
        <Button type="submit" variant="default">
          Sign out
        </Button>
      </section>
    </form>
  )
}
