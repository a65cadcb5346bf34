import { mailbox, me } from '@latchkey/shared/schemas/user'
import { router, signedIn } from '../trpc.ts'
import { findMailbox } from './mailbox.ts'

export const userRouter = router({
  me: signedIn.output(me).query(({ ctx }) => ctx.user),
  mailbox: signedIn.output(mailbox).query(({ ctx }) => findMailbox(ctx)),
})
