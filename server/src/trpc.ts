import { initTRPC, type TRPCProcedureType as ProcedureType } from '@trpc/server'
import { recordAudit } from '@latchkey/db/audit'
import { ownRowsOf } from '@latchkey/db/own-rows'
import type { Role } from '@latchkey/shared/roles'
import { statusOf } from '@latchkey/shared/errors'
import type { Me } from '@latchkey/shared/schemas/user'
import type { Ctx } from './context.ts'
import { AppError, toApiError } from './errors.ts'
import { countedAddress } from './http/client-address.ts'
import { currentRequestId } from './http/request-id.ts'
import type { Session } from './sessions/sessions.ts'

/** Who may call a procedure. One that does not say stops the server from starting (`procedures.ts`). */
type Caller = 'anyone' | 'signedIn' | SpecialRole
/** Everybody has the role USER: who is meant by it is `signedIn`. */
type SpecialRole = Exclude<Role, 'USER'>
export type Meta = { caller?: Caller; sudo?: true }

const t = initTRPC
  .context<Ctx>()
  .meta<Meta>()
  .create({
    errorFormatter({ shape, error, ctx }) {
      const told = toApiError(error)
      return {
        code: shape.code,
        message: told.message,
        data: {
          ...told,
          requestId: ctx?.requestId ?? currentRequestId() ?? '',
          httpStatus: statusOf(told.code),
        },
      }
    },
  })

export const { router } = t

/** Looks at writes only. */
function judgeCsrf(type: ProcedureType, { csrf }: Ctx, session: Session | null): void {
  if (type === 'mutation' && !csrf.holds(session?.familyId ?? null)) throw new AppError('CSRF_FAILED')
}

const open = t.middleware(async ({ ctx, type, next }) => {
  if (type === 'mutation') judgeCsrf(type, ctx, (await ctx.auth()).session)
  return next()
})

/**
 * CSRF is judged last, so that nobody's write is a 401 and not a 403. One step: each costs every call its share. To an act
 * of somebody who is here for themselves there are no rows but theirs.
 */
const guarded = (role?: SpecialRole) =>
  t.middleware(async ({ ctx, type, path, meta, next }) => {
    const { user, session } = await ctx.auth()
    if (!user) throw new AppError('UNAUTHENTICATED')
    ctx.calls.countAny('user', user.id)
    if (role && !user.roles.includes(role)) return refuse(ctx, user, path)
    judgeCsrf(type, ctx, session)
    if (meta?.sudo && !session.isSudo) throw new AppError('STEP_UP_REQUIRED')
    return next({ ctx: { user, session, db: role ? ctx.db : ownRowsOf(ctx.db, user.id) } })
  })

async function refuse(ctx: Ctx, user: Me, procedure: string): Promise<never> {
  const metadata = { procedure }
  await recordAudit(ctx.db, ctx, { action: 'access.denied', actorId: user.id, targetId: user.id, metadata })
  throw new AppError('FORBIDDEN')
}

/** Stands after the input: what is refused before the act costs nothing. The limits are a page, `limits.ts`. */
export const counted = t.middleware(async ({ ctx, path, next }) => {
  await ctx.calls.countOne(path, async () => {
    const { user, session } = await ctx.auth()
    return { address: countedAddress(ctx.ip), user: user?.id ?? null, session: session?.familyId ?? null }
  })
  return next()
})

export const anyone = t.procedure.meta({ caller: 'anyone' }).use(open)
export const signedIn = t.procedure.meta({ caller: 'signedIn' }).use(guarded())
/** For what must not be done with a session that somebody left open: they have shown within minutes who they are. */
export const sudo = t.procedure.meta({ caller: 'signedIn', sudo: true }).use(guarded())
export const withRole = (role: SpecialRole) => t.procedure.meta({ caller: role }).use(guarded(role))
