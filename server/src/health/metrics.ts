import { Router } from 'express'
import { Counter, Gauge, Registry } from 'prom-client'
import { AppError } from '../errors.ts'
import { onlyInside } from '../http/only-inside.ts'
import type { Redis } from '../redis.ts'

/** What is counted for whoever watches, in the memory of this process, as Prometheus reads it. */
export type Metrics = {
  captcha: Counter<'act' | 'decision' | 'answer' | 'because'>
  registry: Registry
}

const PATH = '/metrics'

export function openMetrics(redis: Pick<Redis, 'isAway'> | undefined): Metrics {
  const registry = new Registry()
  const captcha = new Counter({
    name: 'captcha_decisions_total',
    help: 'Calls that had to show that they are no robot (decision: work or person), did (passed, or unattended where nobody can ask for a person), or were not let in whatever they showed (refused).',
    labelNames: ['act', 'decision', 'answer', 'because'],
    registers: [registry],
  })
  const degraded = new Gauge({
    name: 'limiter_degraded',
    help: '1 while the store that counts first is away and the database counts in its place.',
    registers: [],
    collect() {
      this.set(redis?.isAway() ? 1 : 0)
    },
  })
  registry.registerMetric(degraded)
  return { captcha, registry }
}

export function metricsDoor({ metrics: { registry } }: { metrics: Metrics }): Router {
  const door = Router({ caseSensitive: true, strict: true })
  door.all(PATH, onlyInside)
  door.get(PATH, async (_req, res) => {
    res.set({ 'Content-Type': registry.contentType, 'Cache-Control': 'no-store' })
    res.send(await registry.metrics())
  })
  door.all(PATH, (_req, res) => {
    res.set('Allow', 'GET, HEAD')
    throw new AppError('METHOD_NOT_ALLOWED')
  })
  return door
}
