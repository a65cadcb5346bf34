import cluster from 'node:cluster'
import { ensureServable } from '@latchkey/shared/env'
import { env } from './config/env.ts'
import { ensureThreadPool } from './thread-pool.ts'
import { keepWorkers } from './workers.ts'
import { work } from './work.ts'

ensureServable(env, process)
ensureThreadPool(env, process)
if (cluster.isPrimary && env.SERVER_WORKERS > 1) keepWorkers(env)
else await work(env)
