import { auditRouter } from './audit/audit.router.ts'
import { authRouter } from './auth/auth.router.ts'
import { captchaRouter } from './captcha/captcha.router.ts'
import { healthRouter } from './health/health.ts'
import { jobsRouter } from './jobs/jobs.router.ts'
import { sessionRouter } from './sessions/session.router.ts'
import { router } from './trpc.ts'
import { profileRouter } from './users/profile.router.ts'
import { userRouter } from './users/user.router.ts'

export const appRouter = router({
  audit: auditRouter,
  auth: authRouter,
  captcha: captchaRouter,
  health: healthRouter,
  jobs: jobsRouter,
  profile: profileRouter,
  session: sessionRouter,
  user: userRouter,
})
export type AppRouter = typeof appRouter
