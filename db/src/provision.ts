import { Secret } from '@latchkey/shared/secret'
import { env } from './config/env.ts'
import { provision } from './provisioning.ts'

const adminUrl = process.env['ADMIN_DATABASE_URL']
if (!adminUrl) {
  process.stderr.write(
    'provision: ADMIN_DATABASE_URL is missing; give the URL of a superuser of the cluster\n',
  )
  process.exit(1)
}
await provision(env, new Secret(adminUrl))
