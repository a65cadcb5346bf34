import { isLocalHost } from '../../lib/local-host.ts'

export const LocalInboxHint = () =>
  isLocalHost() && (
    <p className="rounded-field border border-dashed border-line-strong p-4 text-small text-ink-soft">
      This runs on your own machine. Whether a letter leaves it or not, you can read it in the{' '}
      <a href="/dev/inbox" className="text-anchor">
        local inbox
      </a>
      .
    </p>
  )
