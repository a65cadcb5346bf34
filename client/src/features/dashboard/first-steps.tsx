import { useId, type ReactNode } from 'react'
import { isLocalHost } from '../../lib/local-host.ts'

/** The empty room. Whoever builds the product replaces it first. */
export function FirstSteps() {
  const heading = useId()
  return (
    <section
      aria-labelledby={heading}
      className="rounded-plate border-2 border-dashed border-line-strong p-5 sm:p-7"
    >
      <h2 id={heading} className="text-heading">
        This room is empty on purpose
      </h2>
      <p className="mt-1 text-ink-soft">Your product starts here. Three moves furnish it:</p>
      <ol className="mt-5 grid gap-5">
        <Step number={1} title="Say what may be asked">
          A schema in <Path>shared/src/schemas</Path>, an act beside the others in <Path>server/src</Path>.
        </Step>
        <Step number={2} title="Open the door to it">
          One line in <Path>server/src/router.ts</Path>, and its types are already in the browser.
        </Step>
        <Step number={3} title="Show it">
          A page in <Path>client/src/routes</Path>. This one is <Path>_app.dashboard.tsx</Path>.
        </Step>
      </ol>
      {isLocalHost() && (
        <p className="mt-6 flex flex-wrap gap-x-5 gap-y-2">
          <a href="/docs" className="text-anchor">
            API reference
          </a>
          <a href="/dev/inbox" className="text-anchor">
            Local inbox
          </a>
        </p>
      )}
    </section>
  )
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }) {
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4">
      <span
        aria-hidden="true"
        className="row-span-2 grid size-9 place-items-center rounded-small bg-door font-sign font-bold text-brass-lit"
      >
        {number}
      </span>
      <h3 className="text-body">{title}</h3>
      <p className="text-small text-ink-soft">{children}</p>
    </li>
  )
}

const Path = ({ children }: { children: string }) => (
  <code className="rounded-small bg-sunk px-1 py-0.5 font-code wrap-anywhere text-ink">{children}</code>
)
