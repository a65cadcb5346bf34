import { env } from './config/env.ts'
import { provision } from './provisioning.ts'

if (!env.ADMIN_DATABASE_URL) {
  process.stderr.write(
    'provision: ADMIN_DATABASE_URL is missing; give the URL of a superuser of the cluster\n',
  )
  process.exit(1)
}
await provision(env, env.ADMIN_DATABASE_URL)
