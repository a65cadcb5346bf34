import type { OwnSession } from '@latchkey/shared/schemas/session'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { codeOf } from '../../lib/api-error.ts'
import { useTRPC, type Trpc } from '../../lib/trpc.ts'
import { OWN_EVENTS } from './own-events.ts'

/** Asked anew whenever it is looked at: what stands here is what somebody decides by. */
export const sessionListQuery = (trpc: Trpc) => trpc.session.list.queryOptions(undefined, { staleTime: 0 })

/** What can be done to the list. Each act answers with what to say about it, once the list shows it. */
export function useSessionActs() {
  const trpc = useTRPC()
  const client = useQueryClient()
  const { mutateAsync: revoke } = useMutation(trpc.session.revoke.mutationOptions())
  const { mutateAsync: revokeOthers } = useMutation(trpc.session.revokeOthers.mutationOptions())
  const { queryKey } = sessionListQuery(trpc)

  async function keepOnly(stays: (session: OwnSession) => boolean): Promise<void> {
    await client.cancelQueries({ queryKey })
    client.setQueryData(queryKey, (list) => list && { sessions: list.sessions.filter(stays) })
    void client.invalidateQueries({ queryKey })
    void client.invalidateQueries({ queryKey: OWN_EVENTS })
  }

  return {
    end: async ({ id, client: name }: OwnSession): Promise<string> => {
      const found = await revoke({ id }).then(() => true, acceptNotFound)
      await keepOnly((session) => session.id !== id)
      return found ? `${name} is signed out.` : `${name} was signed out already.`
    },
    endOthers: async (): Promise<string> => {
      const { revoked } = await revokeOthers()
      await keepOnly(({ current }) => current)
      return sentenceOfEnded(revoked)
    },
  }
}

/** It ended elsewhere meanwhile, which is what was wanted. */
function acceptNotFound(thrown: unknown): false {
  if (codeOf(thrown) !== 'NOT_FOUND') throw thrown
  return false
}

function sentenceOfEnded(count: number): string {
  if (count === 0) return 'Everywhere else was signed out already.'
  return count === 1 ? 'The other browser is signed out.' : `${count} other browsers are signed out.`
}
