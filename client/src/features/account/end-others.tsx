import { useState } from 'react'
import { useAct } from '../../lib/use-act.ts'
import { ErrorBanner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useSessionActs } from './session-list.ts'

export function EndOthers({ onEnded }: { onEnded: (word: string) => void }) {
  const [asking, setAsking] = useState(false)
  const close = () => setAsking(false)
  return (
    <div className="border-t border-line pt-5">
      <Button variant="secondary" onClick={() => setAsking(true)} className="max-sm:w-full">
        Sign out everywhere else
      </Button>
      {asking && (
        <Dialog title="Sign out everywhere else?" onClose={close}>
          <Question
            onClose={close}
            onEnded={(word) => {
              close()
              onEnded(word)
            }}
          />
        </Dialog>
      )}
    </div>
  )
}

function Question({ onClose, onEnded }: { onClose: () => void; onEnded: (word: string) => void }) {
  const { endOthers } = useSessionActs()
  const { pending, failure, start } = useAct(endOthers, onEnded)
  return (
    <>
      <p className="text-pretty text-ink-soft">
        Every other browser and device has to sign in again before it can go on. This one stays signed in.
      </p>
      {failure && (
        <ErrorBanner key={failure.attempt} requestId={failure.problem.requestId}>
          {failure.problem.message}
        </ErrorBanner>
      )}
      <div className="flex flex-wrap justify-end gap-3">
        <Button variant="secondary" onClick={onClose} className="max-sm:w-full">
          Cancel
        </Button>
        <Button pending={pending} onClick={() => void start()} className="max-sm:w-full">
          {pending ? 'Signing out…' : 'Sign out the others'}
        </Button>
      </div>
    </>
  )
}
