import { Link } from '@tanstack/react-router'

/** The same for everybody whose sign-in was refused, so it tells nobody whether there is such an account. */
export function WhenRefused({ email }: { email: string }) {
  const state = { entered: { email } }
  return (
    <ul className="grid gap-2 rounded-field bg-sunk p-4 text-small text-pretty text-ink-soft">
      <li>
        <strong className="font-semibold text-ink">Forgot it?</strong>{' '}
        <Link to="/forgot-password" state={state} className="text-anchor">
          Choose a new one by mail
        </Link>
        .
      </li>
      <li>
        <strong className="font-semibold text-ink">Just registered?</strong>{' '}
        <Link to="/verify-email" state={state} className="text-anchor">
          Confirm your address
        </Link>{' '}
        first. The letter says how.
      </li>
      <li>
        <strong className="font-semibold text-ink">Sure that it is right?</strong> After many wrong tries a
        new browser has to wait. Look into your mail, or use a browser in which you have signed in before.
      </li>
    </ul>
  )
}
