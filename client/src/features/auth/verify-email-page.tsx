import { LinkPage } from './link-page.tsx'
import { VerifyByCode } from './verify-by-code.tsx'
import { VerifyByLink } from './verify-by-link.tsx'

/** Where the letter after a registration leads; without its link, the place to type its code. */
export const VerifyEmailPage = () => (
  <LinkPage without={<VerifyByCode />}>{(token) => <VerifyByLink token={token} />}</LinkPage>
)
