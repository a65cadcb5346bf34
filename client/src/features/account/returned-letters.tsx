import type { Me } from '@latchkey/shared/schemas/user'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTRPC } from '../../lib/trpc.ts'
import { Moment } from '../../ui/moment.tsx'
import { WarningIcon } from '../../ui/icons.tsx'

/** Whoever cannot be reached by mail cannot be helped back in either. */
export function ReturnedLetters({ user }: { user: Me }) {
  const { data } = useQuery(
    useTRPC().user.mailbox.queryOptions(undefined, { trpc: { abortOnUnmount: true } }),
  )
  if (!data?.returnedAt) return null
  return (
    <div
      role="status"
      className="flex gap-3 rounded-field border border-danger bg-danger-wash p-4 text-danger"
    >
      <WarningIcon />
      <div className="grid min-w-0 gap-1">
        <p className="font-semibold">
          Letters to <span className="break-all">{user.email}</span> come back.
        </p>
        <p>
          The last one did on <Moment at={data.returnedAt} look="date" />. If you forget your password, we
          cannot help you in.{' '}
          <Link to="/settings" className="font-semibold underline underline-offset-4">
            Give another address
          </Link>
        </p>
      </div>
    </div>
  )
}
