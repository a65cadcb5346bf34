import type { LetterFate as Fate } from '@latchkey/shared/schemas/by-mail'
import { useQuery } from '@tanstack/react-query'
import { useTRPC } from '../lib/trpc.ts'
import { WarningIcon } from './icons.tsx'

/** Often enough for somebody who waits, and nothing while nobody looks. */
const LOOK_EVERY_MS = 5_000

/** Whether the letter has left, or has come back. */
export function LetterFate({ of: email }: { of: string }) {
  const { data } = useQuery(
    useTRPC().auth.letterFate.queryOptions(
      { email },
      {
        staleTime: 0,
        retry: false,
        refetchInterval: ({ state: { data: known } }) => known?.state === 'underWay' && LOOK_EVERY_MS,
      },
    ),
  )
  const said = data && WORDS[data.state]
  return (
    <div role="status" className="empty:hidden">
      {said && data.state === 'returned' ? (
        <p className="flex animate-arrive gap-3 rounded-field border border-danger bg-danger-wash p-4 font-semibold text-danger">
          <WarningIcon />
          {said}
        </p>
      ) : (
        said && <p className="text-small text-ink-soft">{said}</p>
      )}
    </div>
  )
}

const WORDS: Record<Fate['state'], string | undefined> = {
  unknown: undefined,
  underWay: 'The letter is on its way.',
  sent: 'The letter has left us. It should be there any moment.',
  returned: 'The letter has come back. Look at the address once more: is there a typing error?',
}
