import { availableParallelism } from 'node:os'
import { threadPoolSizeOf } from '@latchkey/shared/hash-profiles'
import type { Source } from '@latchkey/shared/env'
import { openServiceLog } from './service-log.ts'
import { type Service, startService } from './service.ts'
import type { Settings } from './settings.ts'

const PROGRAMS = { server: 'server/src/main.ts', jobs: 'jobs/src/main.ts' } as const
export type ServiceName = keyof typeof PROGRAMS

export type Services = AsyncDisposable & Record<ServiceName, Service>

type Setting = { settings: Settings; env: Source; revive: boolean }

export async function startServices(setting: Setting): Promise<Services> {
  const [server, jobs] = [await startOne('server', setting), await startOne('jobs', setting)]
  const both = [server, jobs]
  return {
    server,
    jobs,
    [Symbol.asyncDispose]: async () =>
      void (await Promise.all(both.map((one) => one[Symbol.asyncDispose]()))),
  }
}

async function startOne(name: ServiceName, { settings, env, revive }: Setting): Promise<Service> {
  const log = await openServiceLog(settings.dataDir, name)
  const threads = String(threadPoolSizeOf(settings.env.PASSWORD_PROFILE, availableParallelism()))
  // Who waits at a terminal should not wait for half a minute; Ctrl-C has 4 s in all.
  const patience = { SERVER_GRACEFUL_TIMEOUT_SECONDS: '2', UV_THREADPOOL_SIZE: threads }
  // `migrate` alone uses these; what a process does not need it does not hold.
  const nobodys = { ADMIN_EMAIL: undefined, ADMIN_PASSWORD: undefined }
  const program = { args: [PROGRAMS[name]], env: { ...patience, ...env, ...nobodys }, hearsUs: true }
  return startService({ name, program, log, revive })
}
