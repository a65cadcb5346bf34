import { LinkPage } from './link-page.tsx'
import { ResetByLink } from './reset-by-link.tsx'

/** Where the letter for whoever forgot their password leads. */
export const ResetPasswordPage = () => (
  <LinkPage>
    {(token) => (
      <ResetByLink token={token} heading="Choose a new password">
        <p className="text-ink-soft">
          It signs you out everywhere. Then you sign in with the new one, here or where you like.
        </p>
      </ResetByLink>
    )}
  </LinkPage>
)
