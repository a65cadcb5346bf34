import { initTRPC } from '@trpc/server'
import type { Role } from '@latchkey/shared/roles'
import { statusOf } from '@latchkey/shared/errors'
import type { Ctx } from './context.ts'
import { AppError, toApiError } from './errors.ts'
import { countedAddress } from './http/client-address.ts'
import { currentRequestId } from './http/request-id.ts'

/** Who may call a procedure. One that does not say stops the server from starting (`procedures.ts`). */
type Caller = 'anyone' | 'signedIn' | Role
export type Meta = { caller?: Caller }

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

/** Judged after the guard, so that nobody's write is a 401 and not a 403. Looks at writes only. */
const csrf = t.middleware(async ({ ctx, type, next }) => {
  if (type !== 'mutation') return next()
  const { session } = await ctx.auth()
  if (!ctx.csrf.holds(session?.familyId ?? null)) throw new AppError('CSRF_FAILED')
  return next()
})

const requireUser = t.middleware(async ({ ctx, next }) => {
  const { user, session } = await ctx.auth()
  if (!user) throw new AppError('UNAUTHENTICATED')
  await ctx.calls.countAny('user', user.id)
  return next({ ctx: { user, session } })
})

const requireRole = (role: Role) =>
  t.middleware(async ({ ctx, next }) => {
    const { user } = await ctx.auth()
    if (!user?.roles.includes(role)) throw new AppError('FORBIDDEN')
    return next()
  })

/** Stands after the input: what is refused before the act costs nothing. The limits are a page, `limits.ts`. */
export const counted = t.middleware(async ({ ctx, path, next }) => {
  await ctx.calls.countOne(path, async () => {
    const { user, session } = await ctx.auth()
    return { address: countedAddress(ctx.ip), user: user?.id ?? null, session: session?.familyId ?? null }
  })
  return next()
})

export const anyone = t.procedure.meta({ caller: 'anyone' }).use(csrf)
export const signedIn = t.procedure.meta({ caller: 'signedIn' }).use(requireUser).use(csrf)
export const withRole = (role: Role) =>
  t.procedure.meta({ caller: role }).use(requireUser).use(requireRole(role)).use(csrf)
